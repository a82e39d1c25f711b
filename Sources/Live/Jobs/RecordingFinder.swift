import Foundation

/// Turns what a user named into the recordings it stands for.
public enum RecordingFinder {
    static let videoEndings: Set<String> = [
        "mp4", "mkv", "mov", "avi", "ts", "m2ts", "mts", "webm", "m4v", "mpg", "mpeg", "mjpeg", "mjpg", "wmv", "flv", "ogv",
        "3gp",
        "h264", "264", "h265", "265", "hevc", "ivf", "vob",
    ]

    /// A folder that holds videos stands for them, in the order of their names; everything else for itself.
    public static func recordings(_ inputs: [String]) -> [String] {
        inputs.flatMap { input -> [String] in
            let videos = videos(in: input)
            return videos.isEmpty ? [input] : videos
        }
    }

    /// Whether the inputs are more than one recording, so that outputs are folders.
    public static func isArchive(_ inputs: [String]) -> Bool {
        inputs.count > 1 || inputs.contains { !videos(in: $0).isEmpty }
    }

    /// Names for the outputs: the recordings' own without ending, numbered where two are the same.
    public static func names(of recordings: [String]) -> [String] {
        var taken: Set<String> = []
        return recordings.map { recording in
            let stem = URL(fileURLWithPath: recording).deletingPathExtension().lastPathComponent
            var name = stem
            var number = 1
            while !taken.insert(name).inserted {
                number += 1
                name = "\(stem)-\(number)"
            }
            return name
        }
    }

    private static func videos(in folder: String) -> [String] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        return names.filter { !$0.hasPrefix(".") && videoEndings.contains(URL(fileURLWithPath: $0).pathExtension.lowercased()) }
            .sorted { $0.compare($1, options: .numeric) == .orderedAscending }
            .map { URL(fileURLWithPath: folder).appendingPathComponent($0).path }
    }
}
