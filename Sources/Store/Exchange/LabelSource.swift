import Files
import Foundation
import RoadScenes
import Video

/// Labels as a tool gave them back: what it calls its classes, and one label picture at a time.
protocol LabelSource {
    /// The tool's names, in the order of the values of `labels`.
    var classes: [String] { get }
    /// Those of them that its labels have: lists name whatever a project knows.
    var usedClasses: [String] { get }
    /// What the tool calls its pictures: names or paths, with what it put in front of them.
    var pictures: [String] { get }

    /// Names under which a picture may be known, the likeliest first.
    func names(_ index: Int) -> [String]
    /// Whether a person marked anything in a picture; true where only its labels tell.
    func hasMarks(_ index: Int) -> Bool
    /// The labels of a picture: indices of `classes`, void where there is none.
    ///
    /// - Parameters:
    ///   - width: of the picture that they belong to.
    /// - Throws: where they are damaged or of another size.
    func labels(_ index: Int, width: Int, height: Int) throws(StoreError) -> GrayImage
    /// What a person should know of the labels that were read so far; nil where they were as numbered.
    var notice: String? { get }
}

extension LabelSource {
    /// Reads all of them. What cannot be read is refused later.
    var usedClasses: [String] {
        var used: Set<UInt8> = []
        for index in pictures.indices where hasMarks(index) {
            used.formUnion((try? labels(index, width: 0, height: 0))?.bytes.map(\.self) ?? [])
        }
        return classes.indices.filter { used.contains(UInt8($0)) }.map { classes[$0] }
    }
    func names(_ index: Int) -> [String] { [pictures[index]] }
    func hasMarks(_ index: Int) -> Bool { true }
    var notice: String? { nil }
}

/// Finds out what a tool's export is.
enum LabelSources {
    /// - Throws: where it is none of the known forms.
    static func open(_ path: String) throws(StoreError) -> any LabelSource {
        var isFolder: ObjCBool = false
        guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else {
            throw StoreError("There is no \(path).")
        }
        guard isFolder.boolValue else { return try document(path) }
        guard let names = FolderNames.below(path) else { throw .system("Cannot read \(path)") }
        let maps = names.filter { $0 == "labelmap.txt" || $0.hasSuffix("/labelmap.txt") }
        if let map = maps.first {
            guard maps.count == 1 else {
                throw StoreError(
                    "\(path) holds several exports: \(maps.prefix(3).joined(separator: ", ")).", remedy: "Import each by itself.")
            }
            return try VOCLabels("\(path)/\(map)")
        }
        let documents = names.filter { $0.hasSuffix(".json") && !$0.hasSuffix(FrameOrigin.file) && $0 != "cvat-labels.json" }
        if let only = documents.first {
            guard documents.count == 1 else {
                throw StoreError(
                    "\(path) holds several JSON files: \(documents.prefix(3).joined(separator: ", ")).",
                    remedy: "Name the one with the labels.")
            }
            return try document("\(path)/\(only)")
        }
        if names.contains(ClassSet.fileName), names.contains("labels") { return try FolderLabels(path) }
        throw StoreError(
            "\(path) is no export of labels that is known here.",
            remedy:
                "It needs labelmap.txt (CVAT's segmentation masks), a COCO or Label Studio JSON, or images/, labels/ and classes.yaml. A zip is to be unpacked first."
        )
    }

    private static func document(_ path: String) throws(StoreError) -> any LabelSource {
        let bytes = try WholeFile.read(path, atMost: 1 << 30)
        if bytes.starts(with: [0x50, 0x4b, 3, 4]) {
            throw StoreError("\(path) is a zip archive.", remedy: "Unpack it, and name the folder.")
        }
        if let tasks = try? StoreJSON.foreign([LabelStudioTask].self, bytes) { return LabelStudioLabels(tasks) }
        let document: COCODocument
        do throws(StoreError) { document = try StoreJSON.foreign(COCODocument.self, bytes) } catch {
            throw StoreError(
                "\(path) is neither COCO's nor Label Studio's JSON; read as COCO's, \(error.problem).",
                remedy: "Label Studio's JSON, not JSON-MIN, and COCO's instances hold masks.")
        }
        return try COCOLabels(document)
    }
}
