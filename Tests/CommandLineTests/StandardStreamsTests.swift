import Foundation
import TestSupport
import Testing

/// What a shell can do to the program's own streams.
@Suite struct StandardStreamsTests {
    private let temporary = try! TestFolder()
    private var folder: URL { temporary.url }
    private let video = BuiltProgram.model.replacing("models/camvid.safetensors", with: "drive.mp4")

    /// - Parameter before: what the shell does before the program takes its place.
    /// - Returns: the exit status, 124 where it hangs.
    private func shell(_ arguments: String, before: String = "") throws -> (status: Int32, errors: String) {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/bin/sh")
        process.arguments = ["-c", "\(before) exec timeout -k 1 60 '\(try BuiltProgram.file().path)' \(arguments)"]
        let errors = Pipe()
        (process.standardError, process.standardOutput) = (errors, FileHandle.nullDevice)
        try process.run()
        let text = errors.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return (process.terminationStatus, String(decoding: text, as: UTF8.self))
    }

    @Test(arguments: [("/dev/full", 1), ("/dev/null", 0), ("&-", 1)] as [(String, Int32)])
    func aResultThatDoesNotArriveIsAnError(_ output: String, _ status: Int32) throws {
        for arguments in ["models show '\(BuiltProgram.model)'", "--help", "run --keys"] {
            let result = try shell("\(arguments) >\(output)")
            #expect(result.status == status && result.errors.contains("standard output") == (status == 1), "\(result)")
        }
    }

    /// A file of another name would be written.
    @Test func aNameThatIsNoUTF8IsRefused() throws {
        for words in ["'\(video)' --masks \"$name\"", "\"$name\" --masks m.mkv"] {
            let before = "cd '\(folder.path)'; name=$(printf 'lat\\351.mkv'); cp '\(video)' \"$name\";"
            let result = try shell("segment \(words) --model '\(BuiltProgram.model)'", before: before)
            #expect(result.status == 2 && result.errors.contains("is no UTF-8"), "\(result)")
        }
        #expect(try MediaTool.run("ls", ["-A"], in: folder.path).split(separator: UInt8(ascii: "\n")).count == 1)
    }

    /// What prints nothing has lost nothing.
    @Test func aClosedOutputIsNoErrorWhereNothingIsPrinted() throws {
        let result = try shell("models export '\(BuiltProgram.model)' --size 64x48 --onnx '\(folder.path)/m.onnx' >&-")
        #expect(result.status == 0, "\(result)")
    }

    /// The first file that is opened would get its number.
    @Test func aClosedInputIsAnEmptyOne() throws {
        let result = try shell("segment - --model '\(BuiltProgram.model)' --masks '\(folder.path)/m.mkv' <&-")
        #expect(result.status == 1 && result.errors.contains("standard input"), "\(result)")
    }

    /// As on a failing disk: FFmpeg takes what cannot be read for the end.
    @Test func whatCannotBeReadToItsEndIsNotWhole() throws {
        let drive = "\(folder.path)/drive.ts"
        try MediaTool.makeVideo(drive, frames: 10, size: "64x48")
        // A socket whose other end is closed with something unread gives what it has, and then an error.
        var ends: [Int32] = [0, 0]
        try #require(socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0, &ends) == 0)
        let sender = FileHandle(fileDescriptor: ends[0], closeOnDealloc: true)
        let receiver = FileHandle(fileDescriptor: ends[1], closeOnDealloc: true)
        try receiver.write(contentsOf: Data([0]))
        let process = Process()
        process.executableURL = try BuiltProgram.file()
        process.arguments = ["segment", "-", "--model", BuiltProgram.model, "--size", "64x48", "--masks", "\(folder.path)/m.mkv"]
        let errors = Pipe()
        (process.standardInput, process.standardError, process.standardOutput) = (receiver, errors, FileHandle.nullDevice)
        try sender.write(contentsOf: Data(contentsOf: URL(fileURLWithPath: drive)))
        try sender.close()
        try process.run()
        let text = String(decoding: errors.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        #expect(process.terminationStatus == 1 && text.contains("could not be read to its end: Connection reset"), "\(text)")
        #expect(try SampleVideo.frameCount(folder.appending(path: "m.partial.mkv")) == 10)
    }

    @Test func aFileThatMayNotGrowIsAnError() throws {
        let result = try shell(
            "segment '\(video)' --size 64x48 --model '\(BuiltProgram.model)' --every 5 -o '\(folder.path)/o.mp4'",
            before: "ulimit -f 8;")
        #expect(result.status == 1 && result.errors.contains("o.mp4"), "\(result)")
    }
}
