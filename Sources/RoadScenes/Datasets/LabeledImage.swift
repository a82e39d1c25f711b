import Video

/// A picture and the class of each of its pixels.
public struct LabeledImage: Sendable {
    public let image: RGBImage
    /// Class indices; `ClassSet.void` where there is none.
    public let labels: GrayImage
    /// How far each label can be trusted, 0…255 for 0…1; nil where all are as good as drawn by hand.
    public let confidence: GrayImage?

    /// All of the same size.
    public init(image: RGBImage, labels: GrayImage, confidence: GrayImage? = nil) {
        for map in [labels, confidence].compactMap(\.self) {
            precondition(
                image.width == map.width && image.height == map.height,
                "a picture of \(image.width)×\(image.height) with labels of \(map.width)×\(map.height) pixels")
        }
        (self.image, self.labels, self.confidence) = (image, labels, confidence)
    }

    /// A black picture without labels, to be filled.
    public init(width: Int, height: Int, withConfidence: Bool = false) {
        self.init(
            image: RGBImage(width: width, height: height),
            labels: GrayImage(width: width, height: height, filledWith: ClassSet.void),
            confidence: withConfidence ? GrayImage(width: width, height: height, filledWith: 255) : nil)
    }
}
