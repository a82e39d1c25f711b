import Foundation

extension DatasetLocation {
    /// Whether a folder holds labels instead of pictures: of a data set in any layout, or masks with their list of classes.
    ///
    /// - Parameter names: what is in the folder.
    package static func isLabelFolder(_ path: String, names: [String]) -> Bool {
        let url = URL(fileURLWithPath: path)
        if let partner = partner(of: url.lastPathComponent) {
            var isFolder: ObjCBool = false
            let pictures = url.deletingLastPathComponent().appending(path: partner).path
            if FileManager.default.fileExists(atPath: pictures, isDirectory: &isFolder), isFolder.boolValue { return true }
        }
        return names.contains(ClassSet.fileName) && names.contains { $0.hasSuffix(".png") }
    }

    /// What the folder with the pictures is called, beside one with labels.
    private static func partner(of name: String) -> String? {
        switch name {
        case "labels", "confidence": "images"
        case "gtFine", "gtCoarse": "leftImg8bit"
        default: name.hasSuffix("annot") && name != "annot" ? String(name.dropLast(5)) : nil
        }
    }
}
