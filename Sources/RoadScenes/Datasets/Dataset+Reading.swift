import Files
import Foundation

extension Dataset {
    /// Lists a data set's items.
    ///
    /// - Parameters:
    ///   - split: `train`, `val` or `test`; nil is `train`, or a `folder:` without splits as a whole.
    ///   - isGrowing: whether people are still labeling a `folder:`, so that there may be nothing yet, and pictures without labels, which are
    ///     `orphans` then.
    /// - Throws: where the layout is not as it should be, or a picture or its labels are missing.
    public init(_ location: DatasetLocation, split: String? = nil, isGrowing: Bool = false) throws(SceneError) {
        guard Self.isFolder(location.path) else {
            throw SceneError("Cannot read the data set \(location): there is no folder \(location.path).")
        }
        switch location.layout {
        case .camvid: self = try Self.camvid(location, split ?? "train")
        case .cityscapes: self = try Self.cityscapes(location, split ?? "train")
        case .folder: self = try Self.folder(location, split, isGrowing: isGrowing)
        }
        if isGrowing, location.layout == .folder { return }
        guard !items.isEmpty else {
            let part = split.map { " in its split '\($0)'" } ?? ""
            let alone = orphans.first.map { "; \(orphans.count) lack their partner, such as \($0)" } ?? ""
            throw SceneError("The data set \(location) has no labeled pictures\(part)\(alone).")
        }
    }

    /// The list's paths come from whoever made it; their last folder and name lead to the files here.
    private static func camvid(_ location: DatasetLocation, _ split: String) throws(SceneError) -> Dataset {
        let list = "\(location.path)/\(split).txt"
        let data: Data
        do throws(SceneError) { data = Data(try WholeFile.read(list, atMost: PathList.largest)) } catch {
            throw SceneError(
                error.code, "Cannot read the list of CamVid's split '\(split)': \(error.problem)",
                remedy: error.remedy.isEmpty ? "The SegNet layout has train.txt, train/, trainannot/." : error.remedy)
        }
        let items = try PictureList(file: list, data, folder: location.path).items
        let meanings = (0..<256).map { $0 < 11 ? Meaning.label(UInt8($0)) : ($0 == 11 ? .void : .wrong) }
        return Dataset(location, classes: .camvid, items: items, meanings: meanings)
    }

    /// Cityscapes' label ids of the 19 training classes, in the order of their train ids.
    private static let cityscapesIDs: [UInt8] = [7, 8, 11, 12, 13, 17, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 31, 32, 33]

    private static func cityscapes(_ location: DatasetLocation, _ split: String) throws(SceneError) -> Dataset {
        let (images, labels) = ("\(location.path)/leftImg8bit/\(split)", "\(location.path)/gtFine/\(split)")
        let (picture, truth) = ("_leftImg8bit.png", "_gtFine_labelIds.png")
        var partners = Set<String>()
        for city in isFolder(labels) ? try folders(in: labels) : [] {
            for file in try files(in: "\(labels)/\(city)") where file.hasSuffix(truth) {
                partners.insert("\(city)/\(file.dropLast(truth.count))")
            }
        }
        var (items, orphans): ([Item], [String]) = ([], [])
        for city in isFolder(images) ? try folders(in: images) : [] {
            for file in try files(in: "\(images)/\(city)") where file.hasSuffix(picture) {
                let name = "\(city)/\(file.dropLast(picture.count))"
                let item = Item(name: name, image: "\(images)/\(name)\(picture)", labels: "\(labels)/\(name)\(truth)")
                if partners.remove(name) != nil { items.append(item) } else { orphans.append(item.image) }
            }
        }
        orphans += partners.sorted().map { "\(labels)/\($0)\(truth)" }
        // 34 ids from 0 on; the licence plate's -1 is 255 in 8 bits.
        var meanings = (0..<256).map { $0 < 34 || $0 == 255 ? Meaning.void : .wrong }
        for (index, id) in cityscapesIDs.enumerated() { meanings[Int(id)] = .label(UInt8(index)) }
        return Dataset(location, classes: .cityscapes, items: items, orphans: orphans, meanings: meanings)
    }

    static func stem(_ path: String) -> String {
        URL(fileURLWithPath: path).deletingPathExtension().lastPathComponent
    }

    static func isFolder(_ path: String) -> Bool {
        var isFolder: ObjCBool = false
        return FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) && isFolder.boolValue
    }

    /// The visible names in a folder, in order.
    static func files(in folder: String) throws(SceneError) -> [String] {
        do {
            return try FileManager.default.contentsOfDirectory(atPath: folder).filter { !$0.hasPrefix(".") }.sorted()
        } catch {
            throw SceneError("Cannot list the folder \(folder): \(error.localizedDescription)")
        }
    }

    private static func folders(in folder: String) throws(SceneError) -> [String] {
        try files(in: folder).filter { isFolder("\(folder)/\($0)") }
    }
}
