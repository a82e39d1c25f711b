extension UnsafeMutableBufferPointer<UInt8> {
    /// Memory for pixels on a cache line, with room behind it: SIMD readers of FFmpeg look a few bytes past a row's end.
    ///
    /// The caller deallocates it.
    static func paddedPixels(count: Int) -> Self {
        let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: count + 64, alignment: 64)
        return .init(start: memory.bindMemory(to: UInt8.self).baseAddress, count: count)
    }
}
