extension ClassSet {
    /// The colours as a PNG palette: 256 × red, green, blue; indices without a class are black.
    ///
    /// Shape: 768 bytes.
    public var palette: [UInt8] {
        var bytes = [UInt8](repeating: 0, count: 768)
        for (index, member) in members.enumerated() {
            bytes.replaceSubrange(index * 3..<index * 3 + 3, with: member.color)
        }
        return bytes
    }
}
