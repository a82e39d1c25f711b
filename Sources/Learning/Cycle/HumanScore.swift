import RoadScenes
import Video

/// How a model does on pictures that people labeled of the road that is driven. Where these are few, parts of them are what a bootstrap
/// draws from.
public struct HumanScore: Sendable {
    /// So many pictures are drawn as they are; fewer are cut into parts.
    static let enoughPictures = 10
    /// Columns and rows of a picture that is cut.
    private static let parts = (columns: 4, rows: 3)

    public let pictures: Int
    /// One for each picture, or for each part of one.
    public let blocks: [ConfusionMatrix]

    public init(pictures: Int, blocks: [ConfusionMatrix]) {
        (self.pictures, self.blocks) = (pictures, blocks)
    }

    /// - Parameter label: a picture's class map, which the next call may overwrite.
    init(_ set: TrainingSet, classes: Int, labeledBy label: (RGBImage) throws -> GrayImage) throws {
        let (columns, rows) = set.count < Self.enoughPictures ? Self.parts : (1, 1)
        var blocks: [ConfusionMatrix] = []
        for index in 0..<set.count {
            let sample = try set.load(index)
            let map = try label(sample.image)
            let (width, height) = (sample.labels.width, sample.labels.height)
            for row in 0..<rows {
                for column in 0..<columns {
                    let part = GrayImage(width: width, height: height)
                    for y in row * height / rows..<(row + 1) * height / rows {
                        for x in column * width / columns..<(column + 1) * width / columns { part.bytes[y * width + x] = 1 }
                    }
                    var matrix = ConfusionMatrix(classes: classes, unknown: set.unknownClasses)
                    matrix.add(truth: sample.labels, prediction: map, kept: part)
                    blocks.append(matrix)
                }
            }
        }
        self.init(pictures: set.count, blocks: blocks)
    }

    /// Of all pictures: 0…1.
    public var miou: Double { StretchOverlaps(blocks).miou(of: Array(blocks.indices)) }
}
