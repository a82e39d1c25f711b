import Video

/// A picture and the class of each of its pixels.
public struct LabeledImage: Sendable {
    public let image: RGBImage
    /// Class indices; `ClassSet.void` where there is none.
    public let labels: GrayImage

    /// Both of the same size.
    public init(image: RGBImage, labels: GrayImage) {
        precondition(
            image.width == labels.width && image.height == labels.height,
            "a picture of \(image.width)×\(image.height) with labels of \(labels.width)×\(labels.height) pixels")
        self.image = image
        self.labels = labels
    }

    /// A black picture without labels, to be filled.
    public init(width: Int, height: Int) {
        image = RGBImage(width: width, height: height)
        labels = GrayImage(width: width, height: height, filledWith: ClassSet.void)
    }
}
