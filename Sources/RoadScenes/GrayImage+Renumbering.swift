import Video

extension GrayImage {
    /// Gives each pixel another index.
    ///
    /// - Parameter map: the new index of each old one; 256 of them.
    package func renumber(_ map: [UInt8]) {
        let bytes = bytes
        for place in bytes.indices { bytes[place] = map[Int(bytes[place])] }
    }
}
