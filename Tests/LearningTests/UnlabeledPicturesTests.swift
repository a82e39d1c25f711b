import Foundation
import Learning
import NeuralNetwork
import RoadScenes
import Store
import Testing
import Video

@Suite final class UnlabeledPicturesTests {
    private let folder = NSTemporaryDirectory() + "camber-unlabeled-\(UUID())"

    init() throws { try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true) }
    deinit { try? FileManager.default.removeItem(atPath: folder) }

    private func picture(_ name: String, width: Int = 32, height: Int = 16) throws {
        let path = "\(folder)/\(name)"
        try FileManager.default.createDirectory(
            at: URL(fileURLWithPath: path).deletingLastPathComponent(), withIntermediateDirectories: true)
        try ImageFile.write(RGBImage(width: width, height: height), to: path)
    }

    private func video(_ name: String, frames: Int, isResult: Bool = false) throws {
        var options = VideoSink.Options()
        options.isResult = isResult
        let sink = try VideoSink(
            "\(folder)/\(name)", kind: .overlay, width: 64, height: 32, timeBase: Rational(1, 10), frameRate: Rational(10, 1),
            options: options)
        for index in 0..<frames {
            try sink.append(RGBImage(width: 64, height: 32), at: Timestamp(Int64(index), Rational(1, 10)))
        }
        try sink.close()
    }

    private func names(_ pictures: UnlabeledPictures) throws -> [String] {
        var names: [String] = []
        try pictures.forEach { _, _ in
            true
        } _: { place, picture in
            #expect(place == names.count)
            names.append(picture.name)
        }
        return names
    }

    @Test func aFolderGivesItsPicturesAndTheFramesOfItsVideos() throws {
        for name in ["10.png", "9.jpg", "notes.txt"] {
            if name.hasSuffix("txt") {
                try Data("x".utf8).write(to: URL(fileURLWithPath: "\(folder)/\(name)"))
            } else {
                try picture(name)
            }
        }
        try video("drive.mkv", frames: 7)
        let all = try UnlabeledPictures([folder], every: 3)
        #expect(try names(all) == ["9", "10", "drive-000000", "drive-000003", "drive-000006"])
        #expect(all.count == 5)
    }

    /// A name that is as long as a file's may be leaves no room for the place in front of it.
    @Test(arguments: ["x", "ü"]) func pictureNamesOfAnyLengthAreLabeled(_ letter: String) throws {
        let name = String(repeating: letter, count: 251 / letter.utf8.count)
        try picture(String("\(name)1.png".suffix(251)))
        let pictures = try UnlabeledPictures([folder])
        var keys: [String] = []
        try pictures.forEach { _, _ in
            true
        } _: { _, picture in
            keys.append(picture.key)
        }
        #expect(keys.count == 1 && keys[0].hasPrefix("000000-\(letter)") && keys[0].utf8.count <= 207, "\(keys)")
    }

    @Test func whatCamberMadeOfADriveIsNotLearnedFrom() throws {
        try video("drive.mkv", frames: 2)
        try video("overlay.mkv", frames: 3, isResult: true)
        let all = try UnlabeledPictures([folder])
        #expect(try names(all) == ["drive-000000", "drive-000001"])
        #expect(all.count == 2)
        var remarks: [String] = []
        try all.forEach(
            isWanted: { _, _ in false }, remark: { remarks.append($0.text) }, { _, _ in })
        #expect(remarks.contains { $0.contains("overlay.mkv is an overlay that Camber has made") }, "\(remarks)")
    }

    @Test func theFingerprintTellsOtherFilesFromTheSame() throws {
        try picture("b.png")
        let before = try UnlabeledPictures([folder]).fingerprint
        #expect(try UnlabeledPictures([folder]).fingerprint == before)
        try picture("b.png", width: 64)
        let larger = try UnlabeledPictures([folder]).fingerprint
        try picture("a.png")
        #expect(try Set([before, larger, UnlabeledPictures([folder]).fingerprint]).count == 3)
    }

    @Test func aSpoolGivesItsFramesAndNeverItsLabels() throws {
        let fixture = try CycleFixture(frames: 3)
        let spool = fixture.path + "/spool"
        let items = try fixture.spool().items().reversed()
        let expected = items.map { URL(fileURLWithPath: $0.framePath).deletingPathExtension().lastPathComponent }
        #expect(try names(UnlabeledPictures([spool])) == expected)
        #expect(try names(UnlabeledPictures([fixture.path])) == expected, "in the folder above")

        // What somebody copied of it.
        for item in items {
            for path in [item.framePath, item.labelPath] {
                try FileManager.default.copyItem(
                    atPath: path, toPath: "\(folder)/\(URL(fileURLWithPath: path).lastPathComponent)")
            }
        }
        #expect(try names(UnlabeledPictures([folder])) == expected)

        // Frames that are deleted meanwhile are left out.
        let pictures = try UnlabeledPictures([spool])
        try FileManager.default.removeItem(atPath: items.first!.framePath)
        var read: [Int] = []
        try pictures.forEach { _, _ in
            true
        } _: { place, _ in
            read.append(place)
        }
        #expect(read == [1, 2])
    }

    @Test func aListNamesPicturesVideosAndFoldersFromBesideIt() throws {
        try picture("more/b.png")
        try picture("a.png")
        try video("drive.mkv", frames: 2)
        try Data("a.png\r\n\nmore\r\n\(folder)/drive.mkv\n".utf8).write(to: URL(fileURLWithPath: "\(folder)/list.txt"))
        #expect(try names(UnlabeledPictures(["\(folder)/list.txt"])) == ["a", "b", "drive-000000", "drive-000001"])
    }

    @Test func whatIsNotThereOrHoldsNothingIsNamed() throws {
        try FileManager.default.createDirectory(atPath: "\(folder)/images", withIntermediateDirectories: true)
        for (input, text) in [("\(folder)/none", "/none"), (folder, "neither"), ("\(folder)/images", "neither")] {
            #expect {
                try UnlabeledPictures([input])
            } throws: {
                ($0 as? LearningError)?.description.contains(text) == true
            }
        }
    }

    /// A pipe would hold up the work for ever; the rest is read.
    @Test func whatCannotBeReadIsNamedAndTheOthersAreRead() throws {
        try picture("a.png")
        try picture("c.png")
        try video("drive.mkv", frames: 2)
        for (name, text) in [("b.png", "text"), ("empty.mp4", "")] {
            try Data(text.utf8).write(to: URL(fileURLWithPath: "\(folder)/\(name)"))
        }
        #expect(mkfifo("\(folder)/camera.mp4", 0o600) == 0)
        try FileManager.default.createSymbolicLink(atPath: "\(folder)/zero.jpg", withDestinationPath: "/dev/zero")
        try FileManager.default.createSymbolicLink(atPath: "\(folder)/linked.png", withDestinationPath: "\(folder)/a.png")
        let pictures = try UnlabeledPictures([folder])
        #expect(
            pictures.problems.map { String($0.split(separator: "/").last!) } == [
                "camera.mp4 is a pipe, and no recording.", "empty.mp4 is empty.",
            ])
        var (read, unreadable): ([String], [String]) = ([], [])
        try pictures.forEach { _, _ in
            true
        } remark: {
            unreadable.append($0.text)
        } _: { _, picture in
            read.append(picture.name)
        }
        #expect(read == ["a", "c", "linked", "drive-000000", "drive-000001"])
        #expect(unreadable.count == 2 && unreadable[0].contains("b.png") && unreadable[1].contains("zero.jpg"), "\(unreadable)")
        #expect(throws: VideoError.self) {
            try pictures.forEach { _, _ in
                true
            } _: { _, _ in
            }
        }
        try Data("a.png\nnone.png\n".utf8).write(to: URL(fileURLWithPath: "\(folder)/list.txt"))
        let listed = try UnlabeledPictures(["\(folder)/list.txt"])
        #expect(listed.count == 1 && listed.problems.count == 1 && listed.problems[0].contains("none.png"))
    }

    @Test func largePicturesBecomeSmallerToFit() throws {
        try picture("wide.png", width: 64, height: 16)
        try picture("small.png")
        try video("drive.mkv", frames: 1)
        var sizes: [String: [Int]] = [:]
        try UnlabeledPictures([folder], limit: Graph.Size(height: 24, width: 32)).forEach { _, _ in
            true
        } _: { _, picture in
            sizes[picture.name] = [picture.image.width, picture.image.height, picture.file == nil ? 0 : 1]
        }
        #expect(sizes == ["wide": [32, 8, 0], "small": [32, 16, 1], "drive-000000": [32, 16, 0]])
    }

    /// Places change with every frame that a spool evicts: what had one before was labeled again, beside its own labels.
    @Test func aSpoolThatChangesMeanwhileGivesEachFrameOnce() throws {
        let fixture = try CycleFixture(frames: 4)
        let spool = fixture.path + "/spool"
        let bundle = try #require(try fixture.registry().current().map { try fixture.registry().bundle($0.number) })
        let labeler = try PseudoLabeler(bundle, threshold: 0, workers: fixture.workers)
        struct Stop: Error {}
        #expect(throws: LearningError.self) {
            try labeler.label(
                UnlabeledPictures([spool]), into: "\(folder)/labeled", progress: { if $0 == 2 { throw Stop() } })
        }
        let before = try UnlabeledPictures([spool]).fingerprint
        let oldest = try #require(try fixture.spool().items().last)
        try fixture.spool().delete(oldest.id)
        #expect(try UnlabeledPictures([spool]).fingerprint == before)
        let all = try labeler.label(UnlabeledPictures([spool]), into: "\(folder)/labeled", isResumed: true)
        #expect(all.items.count == 4)
        // The picture of the frame that went, too.
        for item in all.items { _ = try all.load(item) }
    }

    /// Nothing would be learned from them, and nobody would know.
    @Test func labelsThatAreAllVoidAreTold() throws {
        let fixture = try CycleFixture(frames: 2)
        let bundle = try #require(try fixture.registry().current().map { try fixture.registry().bundle($0.number) })
        func remarks(threshold: Double, into name: String) throws -> [String] {
            var remarks: [String] = []
            _ = try PseudoLabeler(bundle, threshold: threshold, workers: fixture.workers).label(
                UnlabeledPictures([fixture.path + "/spool"]), into: "\(folder)/\(name)", remark: { remarks.append($0.text) })
            return remarks
        }
        // More than any confidence.
        let void = try remarks(threshold: 1.1, into: "void")
        #expect(void.count == 1 && void[0].contains("all labels in \(folder)/void are void"), "\(void)")
        #expect(try remarks(threshold: 0, into: "all").isEmpty)
    }

    @Test func labelsComeWithTheirConfidenceAndAnInterruptedRunGoesOn() throws {
        let fixture = try CycleFixture(frames: 4)
        let bundle = try #require(try fixture.registry().current().map { try fixture.registry().bundle($0.number) })
        let pictures = try UnlabeledPictures([fixture.path + "/spool"])
        var options = PseudoLabeler.Options(PixelSelection(threshold: 0.3))
        (options.writesConfidence, options.copiesPictures) = (true, true)
        func label(_ name: String, resumed: Bool = false) throws -> Dataset {
            try PseudoLabeler(bundle, options, workers: fixture.workers).label(
                pictures, into: "\(folder)/\(name)", isResumed: resumed)
        }
        let whole = try label("whole")
        #expect(whole.items.count == 4)
        for item in whole.items {
            let sample = try whole.load(item)
            let confidence = try #require(sample.confidence)
            for pixel in sample.labels.bytes.indices {
                #expect((sample.labels.bytes[pixel] == ClassSet.void) == (confidence.bytes[pixel] < 77))
            }
            let type = try FileManager.default.attributesOfItem(atPath: item.image)[.type] as? FileAttributeType
            #expect(type == .typeRegular)
        }

        struct Stop: Error {}
        #expect(throws: LearningError.self) {
            try PseudoLabeler(bundle, options, workers: fixture.workers).label(
                pictures, into: "\(folder)/halves", progress: { if $0 == 2 { throw Stop() } })
        }
        let resumed = try label("halves", resumed: true)
        #expect(resumed.items.map(\.name) == whole.items.map(\.name))
        for (one, other) in zip(resumed.items, whole.items) {
            #expect(FileManager.default.contents(atPath: one.labels) == FileManager.default.contents(atPath: other.labels))
        }

        // Weights rise from the threshold on.
        options.weightAtThreshold = 0
        let weighed = try label("weighed")
        for (one, other) in zip(weighed.items, whole.items) {
            let (weights, raw) = (try ImageFile.readGray(one.confidence!), try ImageFile.readGray(other.confidence!))
            for pixel in raw.bytes.indices {
                let expected = max(0, (Double(raw.bytes[pixel]) - 77) / (255 - 77)) * 255
                #expect(abs(Double(weights.bytes[pixel]) - expected) <= 0.51)
            }
        }
    }
}
