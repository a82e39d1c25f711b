/// The files of an item. It is whole while its record has its name: that comes last and goes first.
enum SpoolFile: String, CaseIterable {
    case record = ".json"
    case frame = "-frame.jpg"
    case label = "-label.png"
    /// The frame that came before it; not every item has one.
    case before = "-before.jpg"
    /// The frame as large as the camera gave it, for people; not every item has one.
    case original = "-original.jpg"

    func name(_ id: Int64) -> String {
        let digits = String(id)
        return String(repeating: "0", count: max(8 - digits.count, 0)) + digits + rawValue
    }

    /// What a name in the folder stands for; nil for names that are not the spool's.
    static func parse(_ name: String) -> (file: SpoolFile, id: Int64)? {
        for file in allCases where name.hasSuffix(file.rawValue) {
            let digits = name.dropLast(file.rawValue.count)
            guard digits.utf8.count == 8, digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let id = Int64(digits),
                SpoolRecord.ids.contains(id)
            else { return nil }
            return (file, id)
        }
        return nil
    }

    /// The names of pictures without a record. What is not the spool's is left alone.
    static func withoutRecord(_ names: [String]) -> [String] {
        let parsed = names.compactMap { name in parse(name).map { (name: name, file: $0.file, id: $0.id) } }
        let whole = Set(parsed.filter { $0.file == .record }.map(\.id))
        return parsed.filter { !whole.contains($0.id) }.map(\.name)
    }
}
