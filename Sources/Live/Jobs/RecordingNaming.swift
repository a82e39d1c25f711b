import Foundation
import Video

/// What the outputs of recordings are called.
enum RecordingNaming {
    /// Units: bytes of a name; the rest of 255 is for the endings of an output and its sidecar, `.mp4.jsonl`.
    private static let longestName = 245

    /// A recording's own name, as far as it says one.
    static func name(of location: String) -> String {
        if location == "-" { return "standard-input" }
        let shown = access(location, F_OK) == 0 ? location : PublicAddress.textOfMissing(location)
        guard let separator = shown.firstRange(of: "://") else { return URL(fileURLWithPath: shown).lastPathComponent }
        let parts = shown[separator.upperBound...].prefix { $0 != "?" && $0 != "#" }.split(separator: "/").dropFirst()
        return parts.last.map { $0.filter { $0 != "*" } }.flatMap { $0.isEmpty ? nil : $0 } ?? "stream"
    }

    /// Names without endings. Where two would be the same but for their endings, these stay, so that nothing depends on which
    /// came first; what is the same altogether is numbered. Capitals do not count: on many cards they are no difference. What would
    /// pass for the unfinished output of another recording, as of `a.partial.mp4` beside `a.mp4`, keeps its ending or gets a mark.
    static func names(_ files: [String]) -> [String] {
        let stems = files.map { ($0 as NSString).deletingPathExtension }
        var sharers: [String: Set<String>] = [:]
        for (file, stem) in zip(files, stems) { sharers[stem.lowercased(), default: []].insert(file.lowercased()) }
        return unique(
            zip(files, stems).map { file, stem in
                let name = sharers[stem.lowercased()]!.count > 1 || PartialFile.isMarked(stem) ? file : stem
                return shortened(PartialFile.isMarked(name) ? name + "_" : name)
            })
    }

    /// Numbers those that come again.
    static func unique(_ names: [String]) -> [String] {
        var taken: Set<String> = []
        return names.map { stem in
            var name = stem
            var number = 1
            while !taken.insert(name.lowercased()).inserted {
                number += 1
                name = "\(stem)-\(number)"
            }
            return name
        }
    }

    /// A last part that leaves no room for an output's ending is cut, and told from its like by a sum over all of it.
    private static func shortened(_ name: String) -> String {
        let start = name.lastIndex(of: "/").map { name.index(after: $0) } ?? name.startIndex
        guard name[start...].utf8.count > longestName else { return name }
        // FNV-1a, 32 bits.
        let sum = name.utf8.reduce(2_166_136_261 as UInt32) { ($0 ^ UInt32($1)) &* 16_777_619 }
        var kept = name[start...]
        while kept.utf8.count > longestName - 9 { kept = kept.dropLast() }
        return name[..<start] + kept + "-" + String(format: "%08x", sum)
    }
}
