import Files
import Testing

@Suite struct ChecksumTests {
    /// Source: the test vectors of Fowler, Noll and Vo.
    @Test(arguments: [("", "cbf29ce484222325"), ("a", "af63dc4c8601ec8c"), ("foobar", "85944171f73967e8")])
    func bytesGiveTheStandardsValue(text: String, expected: String) {
        #expect(Checksum(text.utf8).description == expected)
    }

    @Test func everyChangedByteShows() {
        let bytes = (0..<64).map { UInt8($0) }
        let sums = bytes.indices.map { index in
            var changed = bytes
            changed[index] ^= 0x80
            return Checksum(changed).state
        }
        #expect(Set(sums + [Checksum(bytes).state]).count == bytes.count + 1)
    }
}
