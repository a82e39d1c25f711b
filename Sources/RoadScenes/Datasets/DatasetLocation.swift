import Foundation

/// Where a data set lies and how it is laid out, as the command line says it: `camvid:DIR`, `cityscapes:DIR`, `folder:DIR`.
public struct DatasetLocation: Sendable, Hashable, CustomStringConvertible {
    /// How images and labels are arranged.
    public enum Layout: String, Sendable, CaseIterable {
        /// SegNet's: `train.txt`, `train/`, `trainannot/`; labels 0…10, 11 = void.
        case camvid
        /// `leftImg8bit/SPLIT/CITY/…_leftImg8bit.png`, `gtFine/SPLIT/CITY/…_gtFine_labelIds.png`.
        case cityscapes
        /// `images/`, `labels/` (PNG) of the same names, `classes.yaml`; 255 = void. `confidence/` of the same names where labels cannot
        /// be trusted alike. With splits, a folder of these for each.
        case folder
    }

    public let layout: Layout
    public let path: String

    public init(_ layout: Layout, _ path: String) {
        self.layout = layout
        self.path = path
    }

    /// A path may begin with `~`, as in a configuration: behind `folder:` no shell fills it in.
    ///
    /// - Throws: where the text is no location.
    public init(parsing text: String) throws(SceneError) {
        let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2, let layout = Layout(rawValue: String(parts[0])), !parts[1].isEmpty else {
            throw SceneError("'\(text)' is no data set.", remedy: "Write camvid:DIR, cityscapes:DIR or folder:DIR.")
        }
        let path = String(parts[1])
        self.init(layout, path.hasPrefix("~") ? NSString(string: path).expandingTildeInPath : path)
    }

    public var description: String { "\(layout.rawValue):\(path)" }
}
