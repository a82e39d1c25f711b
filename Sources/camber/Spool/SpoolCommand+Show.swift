import ArgumentParser
import Files
import Foundation
import Store
import Video

extension SpoolCommand {
    /// `camber spool show`: all that is known of one item, and its frame beside its labels as a picture.
    struct Show: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Print what is known of a frame; --picture draws it.")

        @Argument(help: "The item's number.") var id: Int64
        @OptionGroup var spool: SpoolOptions
        @Option(help: ArgumentHelp("Write the frame beside its labels to this .png or .jpg file.", valueName: "file"))
        var picture: String?
        @Flag(help: "Print JSON.") var json = false

        func run() throws {
            let spool = try spool.open()
            if let picture {
                try OutputArguments.check(picture, "--picture", outside: [spool.folder], of: "the spool")
                try OutputArguments.prepare([picture])
            }
            guard let item = try spool.item(id) else {
                throw StoreError("There is no item \(id) in \(spool.folder).", remedy: "'camber spool list' shows what there is.")
            }
            if let picture { try ImageFile.write(Self.sideBySide(item), to: picture) }
            if json { return print(try ReportJSON.text(item)) }
            let counted = item.classPixels.reduce(0, +)
            let lines = [
                ("item", "\(item.id)" + (item.isPinned ? ", pinned" : "")),
                ("taken", StoreReport.text(item.time) + (item.clock.map { ", \(StoreReport.text($0))" } ?? "")),
                ("source", "\(item.source), frame \(item.frameNumber)"),
                ("size", "\(item.width)x\(item.height), \(ByteText.text(item.bytes))"),
                (
                    "waits for",
                    item.unsureness.map { "a person: \(StoreReport.percent($0)) of a class cannot be trusted, on average" }
                        ?? "the learner"
                ),
                ("model", item.model), ("threshold", "\(item.threshold), without precision or calibration"),
                ("trusted", StoreReport.percent(item.selectedRatio)),
                ("frame", "\(item.framePath) \(item.frameChecksum)"), ("labels", "\(item.labelPath) \(item.labelChecksum)"),
                ("original", item.original.map { "\($0.path) \($0.checksum), \($0.width)x\($0.height)" } ?? "none"),
                ("classes", StoreReport.shares(item, most: .max)),
                ("void", StoreReport.percent(1 - Double(counted) / Double(max(item.width * item.height, 1)))),
            ]
            print(lines.map { $0.0.padding(toLength: 11, withPad: " ", startingAt: 0) + $0.1 }.joined(separator: "\n"))
        }

        private static func sideBySide(_ item: SpoolItem) throws -> RGBImage {
            let (frame, labels) = (try ImageFile.readRGB(item.framePath), try ImageFile.readRGB(item.labelPath))
            guard frame.width == labels.width, frame.height == labels.height else {
                throw StoreError(
                    "The frame has \(frame.width)×\(frame.height) pixels, its labels \(labels.width)×\(labels.height).",
                    remedy: "'camber spool verify' tells what else is damaged.")
            }
            let both = RGBImage(width: frame.width * 2, height: frame.height)
            let (left, right, target) = (frame.bytes, labels.bytes, both.bytes)
            for row in 0..<frame.height {
                for place in 0..<frame.rowBytes {
                    target[row * both.rowBytes + place] = left[row * frame.rowBytes + place]
                    target[row * both.rowBytes + frame.rowBytes + place] = right[row * frame.rowBytes + place]
                }
            }
            return both
        }
    }
}
