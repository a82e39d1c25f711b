import Files
import Foundation
import RoadScenes
import Video

/// A labeling tool's own export back into a data set that `--dataset folder:` reads.
///
/// Classes are matched by name, void stays void, sizes are checked. A picture that is refused does not keep the others from
/// being taken. A picture without a mark is left out. What the data set has already is never written over, apart from labels
/// that are all void, which are nobody's.
public struct LabelImport {
    /// What became of the pictures.
    public struct Outcome: Sendable, Equatable {
        public var imported = 0
        /// In the data set already, with the same labels.
        public var known = 0
        /// Each with the reason.
        public var refused: [String] = []
        /// The names of those in which nothing is marked: all their pixels would be void.
        public var unlabeled: [String] = []
        /// What a person should know of the labels; nil where there is nothing.
        public var notice: String?

        public init(imported: Int = 0, known: Int = 0, refused: [String] = [], unlabeled: [String] = []) {
            (self.imported, self.known, self.refused, self.unlabeled) = (imported, known, refused, unlabeled)
        }
    }

    /// What became of one picture.
    private enum Fate {
        /// `stem` is its name in the data set; `isReplaced`: labels that were all void are gone to `replaced/`.
        case imported(stem: String, isReplaced: Bool)
        case known(stem: String)
        case unlabeled
        case refused(StoreError)
    }

    /// Names that tools give to what has no class.
    private static let voidNames: Set<String> = ["background", "void", "ignore", "unlabeled", "unlabelled", "none", "nothing"]

    /// Folders of exports and data sets with other things than what people look at.
    private static let notPictures: Set<Substring> = [
        "SegmentationClass", "SegmentationObject", "labels", "confidence", "replaced",
    ]

    private let source: any LabelSource
    private let dataset: HumanDataset
    private let classes: ClassSet
    /// The pictures' files, by their names without folders and extension.
    private let frames: [String: [String]]
    private let origins: [String: FrameOrigin]
    private let labeledBy: String
    private let labeledAt: Date

    /// - Parameters:
    ///   - path: the tool's export: a folder or a JSON file.
    ///   - frames: the folder that `SpoolExport` wrote, which has the pictures; nil where the export itself has them.
    ///   - dataset: is made where it is missing, with the classes of `frames`.
    ///   - labeledBy: who labeled them, for the data set's `origins.json`.
    ///   - labeledAt: when, for the same.
    /// - Throws: where it is no export, or knows classes that the data set does not.
    public init(_ path: String, frames: String?, to dataset: String, labeledBy: String, labeledAt: Date = Date())
        throws(StoreError)
    {
        source = try LabelSources.open(path)
        (self.labeledBy, self.labeledAt) = (labeledBy, labeledAt)
        self.dataset = HumanDataset(dataset)
        var isFolder: ObjCBool = false
        _ = FileManager.default.fileExists(atPath: path, isDirectory: &isFolder)
        let folder = frames ?? (isFolder.boolValue ? path : URL(fileURLWithPath: path).deletingLastPathComponent().path)
        self.frames = try Self.pictures(in: folder)
        origins = try FrameOrigin.read(folder)
        if Dataset.hasSplits(dataset) {
            throw StoreError(
                "The data set \(dataset) has splits.", remedy: "Name the one to put them in, such as \(dataset)/train.")
        }
        let lists = [dataset, folder].map { "\($0)/\(ClassSet.fileName)" }
        guard let list = lists.first(where: FileManager.default.fileExists(atPath:)) else {
            throw StoreError(
                "Neither \(lists.joined(separator: " nor ")) exists: the order of the classes is not known.",
                remedy: "Name the folder that 'camber spool export' wrote with --frames.")
        }
        classes = try ClassSet(contentsOf: list)
        var unknown = source.classes.filter { Self.index(of: $0, in: classes) == nil }
        if !unknown.isEmpty { unknown = source.usedClasses.filter(unknown.contains) }
        guard unknown.isEmpty else {
            throw StoreError(
                "The labels have classes that \(list) does not: \(unknown.joined(separator: ", ")).",
                remedy: "It has \(classes.names.joined(separator: ", ")). Rename them in the tool, or add them to the list.")
        }
    }

    private static func pictures(in folder: String) throws(StoreError) -> [String: [String]] {
        guard let names = FolderNames.below(folder) else { throw .system("Cannot read \(folder)") }
        let pictures = names.filter { name in
            ImageFile.isNamed(name) && notPictures.isDisjoint(with: name.split(separator: "/").dropLast())
        }
        return Dictionary(grouping: pictures.map { "\(folder)/\($0)" }, by: stem)
    }

    private static func stem(_ name: String) -> String {
        URL(fileURLWithPath: name).deletingPathExtension().lastPathComponent
    }

    /// Void's index for void's names; nil for a name that the classes do not have.
    private static func index(of name: String, in classes: ClassSet) -> UInt8? {
        func plain(_ name: String) -> String { VOCWriter.plain(name.trimmingCharacters(in: .whitespaces).lowercased()) }
        let wanted = plain(name)
        if let index = classes.names.firstIndex(of: name) ?? classes.names.firstIndex(where: { plain($0) == wanted }) {
            return UInt8(index)
        }
        return voidNames.contains(wanted) ? ClassSet.void : nil
    }

    /// Takes over all pictures.
    ///
    /// - Parameter progress: called after each with their number so far.
    /// - Throws: where the data set cannot be written.
    public func run(progress: (Int) -> Void = { _ in }) throws(StoreError) -> Outcome {
        try dataset.prepare(classes)
        return try dataset.locked { () throws(StoreError) in try take(progress) }
    }

    private func take(_ progress: (Int) -> Void) throws(StoreError) -> Outcome {
        var outcome = Outcome()
        var known = try FrameOrigin.read(dataset.folder.path)
        let before = known
        let map = [UInt8](unsafeUninitializedCapacity: 256) { buffer, count in
            buffer.initialize(repeating: ClassSet.void)
            for (index, name) in source.classes.enumerated() {
                buffer[index] = Self.index(of: name, in: classes) ?? ClassSet.void
            }
            count = 256
        }
        var there = Dictionary(grouping: try dataset.images.names().filter(ImageFile.isNamed), by: Self.stem)
        do throws(StoreError) {
            for (index, name) in source.pictures.enumerated() {
                switch try take(index, map, &there) {
                case .imported(let stem, let isReplaced):
                    outcome.imported += 1
                    sign(stem, in: &known, isReplaced: isReplaced)
                case .known(let stem):
                    outcome.known += 1
                    sign(stem, in: &known, isReplaced: false)
                case .unlabeled: outcome.unlabeled.append(name)
                case .refused(let error): outcome.refused.append("\(name): \(error.description)")
                }
                progress(index + 1)
            }
        } catch {
            // What was taken over before a disk was full has an origin too.
            if known != before { try? dataset.write(known) }
            throw error
        }
        outcome.notice = source.notice
        if known != before { try dataset.write(known) }
        return outcome
    }

    /// Notes who labeled a picture. When it came first stays: that decides whether it is learned from or judges.
    private func sign(_ stem: String, in known: inout [String: FrameOrigin], isReplaced: Bool) {
        guard var origin = known[stem] ?? origins[stem], known[stem] == nil || isReplaced else { return }
        (origin.labeledBy, origin.labeledAt) = (labeledBy, known[stem]?.labeledAt ?? labeledAt)
        known[stem] = origin
    }

    /// - Parameter there: the pictures that the data set has, by their names without an ending.
    private func take(_ index: Int, _ map: [UInt8], _ there: inout [String: [String]]) throws(StoreError) -> Fate {
        guard source.hasMarks(index) else { return .unlabeled }
        guard let (stem, files) = source.names(index).lazy.compactMap(frame).first else {
            return .refused(
                StoreError("There is no picture of that name.", remedy: "--frames names the folder with the pictures."))
        }
        guard let file = files.first, files.count == 1 else {
            return .refused(
                StoreError(
                    "Several pictures have that name: \(files.prefix(3).joined(separator: ", ")).",
                    remedy:
                        "A data set tells pictures by their names alone. Import each folder of them into a data set of its own."))
        }
        let (images, labels) = (dataset.images, dataset.labels)
        let (picture, label): ([UInt8], [UInt8])
        do throws(StoreError) {
            picture = try WholeFile.read(file, atMost: ImageFile.largest)
            for other in there[stem] ?? [] where try WholeFile.read(images.path(other), atMost: ImageFile.largest) != picture {
                throw StoreError(
                    "\(images.path(other)) is another picture of that name, or the same one saved anew.",
                    remedy: "Labels fit the picture alone that they were drawn on: import these into a data set of their own.")
            }
            guard let encoded = try encoded(index, file, map) else { return .unlabeled }
            label = encoded
        } catch {
            return .refused(error)
        }
        let (pictureName, labelName) = (URL(fileURLWithPath: file).lastPathComponent, "\(stem).png")
        let (hasPicture, hasLabels) = (there[stem] != nil, try labels.status(labelName) != nil)
        let isSame = hasLabels ? try labels.read(labelName) == label : false
        let isReplaced = hasLabels && !isSame
        if isReplaced, !isVoid(labels.path(labelName)) {
            return .refused(
                StoreError(
                    "\(labels.path(labelName)) has other labels already.", remedy: "Move it elsewhere if these are better."))
        }
        // What a kill leaves of the two, the next import completes.
        if !hasPicture {
            try images.write(picture, pictureName)
            there[stem] = [pictureName]
        }
        try dataset.replace(labelName, label, labeledAt)
        return hasPicture && isSame ? .known(stem: stem) : .imported(stem: stem, isReplaced: isReplaced)
    }

    /// Whether a label picture says nothing of any pixel.
    private func isVoid(_ file: String) -> Bool {
        (try? Dataset.labels(inFile: file, classes))?.bytes.allSatisfy { $0 == ClassSet.void } ?? false
    }

    /// Nil where all is void.
    private func encoded(_ index: Int, _ file: String, _ map: [UInt8]) throws(StoreError) -> [UInt8]? {
        let picture = try ImageFile.readRGB(file)
        let labels = try source.labels(index, width: picture.width, height: picture.height)
        guard labels.width == picture.width, labels.height == picture.height else {
            throw StoreError(
                "Its labels have \(labels.width)×\(labels.height) pixels, the picture \(picture.width)×\(picture.height).")
        }
        labels.renumber(map)
        if labels.bytes.allSatisfy({ $0 == ClassSet.void }) { return nil }
        return try ImageFile.png(labels, palette: classes.palette)
    }

    /// The picture that a tool means: it may have put folders, an address, or Label Studio's mark of an upload in front of the name.
    private func frame(of name: String) -> (stem: String, files: [String])? {
        let path = name.replacing("\\", with: "/")
        // An address may name it before or behind what is asked there; a name of its own may have these characters too.
        let spellings = [path[...], path.prefix { $0 != "?" }, path.split(separator: "=").last ?? path[...]]
        for spelling in spellings {
            var stem = Self.stem(String(spelling))
            while true {
                if let files = frames[stem] { return (stem, files) }
                guard let mark = stem.prefixMatch(of: /[0-9a-f]{8}-/) else { break }
                stem.removeSubrange(mark.range)
            }
        }
        return nil
    }
}
