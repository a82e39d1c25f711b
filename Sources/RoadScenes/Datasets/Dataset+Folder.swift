import Foundation
import Video

extension Dataset {
    static func folder(_ location: DatasetLocation, _ split: String?, isGrowing: Bool) throws(SceneError) -> Dataset {
        let root = (split ?? (hasSplits(location.path) ? "train" : nil)).map { "\(location.path)/\($0)" } ?? location.path
        guard isFolder("\(root)/images") else {
            throw SceneError("The data set \(location) has no folder \(root)/images.", remedy: try hint(location, split))
        }
        let ownList = "\(root)/\(ClassSet.fileName)"
        let hasOwn = FileManager.default.fileExists(atPath: ownList)
        let classes = try ClassSet(contentsOf: hasOwn ? ownList : "\(location.path)/\(ClassSet.fileName)")
        let pictures = try FolderPart(
            "\(root)/images", what: "Pictures", kinds: "\(ImageFile.kinds) files", isTaken: ImageFile.isNamed)
        var labels = try FolderPart("\(root)/labels", what: "Labels")
        var confidence = isFolder("\(root)/confidence") ? try FolderPart("\(root)/confidence", what: "Confidences") : nil
        for below in Set(pictures.folders).intersection(labels.folders).sorted()
        where try files(in: "\(root)/images/\(below)").contains(where: ImageFile.isNamed) {
            throw SceneError(
                "\(root)/images/\(below) is a folder with pictures of its own, which would be left out.",
                remedy: "All pictures lie in one folder, their labels in another: \(below) is a data set, or a split, by itself.")
        }
        var (items, orphans): ([Item], [String]) = ([], [])
        for (name, file) in pictures.files.sorted(by: { $0.value < $1.value }) {
            guard let truth = labels.files.removeValue(forKey: name) else {
                if isGrowing {
                    orphans.append(file)
                    continue
                }
                throw SceneError("\(file) has no labels: there is no \(labels.folder)/\(name).png.", remedy: labels.hint(name))
            }
            let trust = confidence?.files.removeValue(forKey: name)
            if let confidence, trust == nil {
                let advice =
                    "Labels that can be trusted fully belong into a data set of their own, or have a white picture there."
                let hint = confidence.hint(name)
                throw SceneError(
                    "\(file) has no confidence: there is no \(confidence.folder)/\(name).png.",
                    remedy: hint.isEmpty ? advice : hint)
            }
            items.append(Item(name: name, image: file, labels: truth, confidence: trust))
        }
        for part in [confidence, labels].compactMap(\.self) {
            guard let (name, file) = part.files.min(by: { $0.value < $1.value }) else { continue }
            throw SceneError("\(file) has no picture in \(pictures.folder).", remedy: pictures.hint(name))
        }
        return Dataset(location, classes: classes, items: items, orphans: orphans, meanings: meanings(of: classes))
    }

    /// Whether a `folder:` consists of a folder for each split.
    package static func hasSplits(_ path: String) -> Bool { !isFolder("\(path)/images") && isFolder("\(path)/train/images") }

    private static func meanings(of classes: ClassSet) -> [Meaning] {
        (0..<256).map { $0 < classes.count ? .label(UInt8($0)) : ($0 == 255 ? .void : .wrong) }
    }

    /// Reads one label file of a `folder:` data set as `labels` does, whatever else is there.
    ///
    /// - Parameter classes: the data set's.
    package static func labels(inFile path: String, _ classes: ClassSet) throws(SceneError) -> GrayImage {
        let folder = DatasetLocation(.folder, URL(fileURLWithPath: path).deletingLastPathComponent().path)
        let item = Item(name: stem(path), image: "", labels: path)
        return try Dataset(folder, classes: classes, items: [item], meanings: meanings(of: classes)).labels(item)
    }

    /// What to do where a data set, or a split of it, has no pictures: it may have splits, or none.
    private static func hint(_ location: DatasetLocation, _ split: String?) throws(SceneError) -> String {
        if split != nil, isFolder("\(location.path)/images") {
            return "It has no splits: its pictures are in \(location.path)/images, all in one."
        }
        let splits = try files(in: location.path).filter { isFolder("\(location.path)/\($0)/images") }
        return splits.isEmpty
            ? "It needs images/, labels/ and classes.yaml; with splits, SPLIT/images and SPLIT/labels."
            : "It has splits: name one of \(splits.joined(separator: ", "))."
    }

    /// The files of one folder of a data set, by their names without an ending.
    private struct FolderPart {
        let folder: String
        /// Paths.
        var files: [String: String] = [:]
        private var others: [String: String] = [:]
        /// Names of those in it.
        private(set) var folders: [String] = []
        private let rule: String

        /// - Throws: where two files have one name.
        init(
            _ folder: String, what: String, kinds: String = "PNG files",
            isTaken: (String) -> Bool = { URL(fileURLWithPath: $0).pathExtension.lowercased() == "png" }
        ) throws(SceneError) {
            self.folder = folder
            rule = "\(what) are \(kinds)."
            for file in try Dataset.files(in: folder) {
                let name = Dataset.stem(file)
                guard isTaken(file) else {
                    if isFolder("\(folder)/\(file)") { folders.append(file) }
                    others[name] = file
                    continue
                }
                if let twin = files.updateValue("\(folder)/\(file)", forKey: name) {
                    throw SceneError(
                        "\(twin) and \(folder)/\(file) differ only in their endings.",
                        remedy: "A picture and its labels are told by the name in front of it: rename or remove one.")
                }
            }
        }

        /// What to do where a file of this name is not among those taken.
        func hint(_ name: String) -> String { others[name].map { "\(folder)/\($0) is not read. \(rule)" } ?? "" }
    }
}
