/// Takes bytes as they come apart into lines, of which none is longer than it may be.
package struct LineSplitter {
    private let longest: Int
    private var line: [UInt8] = []
    private var isTooLong = false
    /// Lines that were too long, and are left out.
    package private(set) var dropped = 0

    /// - Parameter longest: units: bytes.
    package init(longest: Int) { self.longest = longest }

    /// - Parameter take: gets each whole line, without its end.
    package mutating func feed(_ bytes: some Sequence<UInt8>, _ take: ([UInt8]) -> Void) {
        for byte in bytes {
            if byte == UInt8(ascii: "\n") {
                if !isTooLong, !line.isEmpty { take(line) }
                line.removeAll(keepingCapacity: true)
                isTooLong = false
            } else if line.count < longest {
                line.append(byte)
            } else if !isTooLong {
                isTooLong = true
                dropped += 1
            }
        }
    }
}
