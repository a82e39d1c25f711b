import Video

/// What happens to a picture on its way from a camera to a data set.
extension RGBImage {
    private func made(_ width: Int, _ height: Int, _ value: (_ x: Int, _ y: Int, _ channel: Int) -> Double) -> RGBImage {
        let result = RGBImage(width: width, height: height)
        for y in 0..<height {
            for x in 0..<width {
                for channel in 0..<3 {
                    result.bytes[y * result.rowBytes + 3 * x + channel] = UInt8(min(255, max(0, value(x, y, channel))))
                }
            }
        }
        return result
    }

    private func at(_ x: Int, _ y: Int, _ channel: Int) -> Double {
        Double(bytes[min(y, height - 1) * rowBytes + 3 * min(x, width - 1) + channel])
    }

    func scaled(to width: Int, _ height: Int) -> RGBImage {
        made(width, height) { at($0 * self.width / width, $1 * self.height / height, $2) }
    }

    /// Without so many pixels at each edge.
    func cropped(by edge: Int) -> RGBImage { made(width - 2 * edge, height - 2 * edge) { at($0 + edge, $1 + edge, $2) } }

    func brightened(by factor: Double) -> RGBImage { made(width, height) { at($0, $1, $2) * factor } }
}
