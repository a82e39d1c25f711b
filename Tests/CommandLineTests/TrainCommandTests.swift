import Files
import Foundation
import TestSupport
import Testing
import Video

@Suite final class TrainCommandTests {
    private let temporary = try! TestFolder()
    private var folder: URL { temporary.url }

    init() throws {
        let made = try BuiltProgram.run(
            "synthesize", "--out", path("road"), "--frames", "8", "--fps", "0.5", "--size", "96x64", "--format", "frames")
        try #require(made.status == 0, "\(made.errors)")
    }

    private func path(_ name: String) -> String { folder.appendingPathComponent(name).path }

    private func train(_ stage: String, _ arguments: String...) throws -> BuiltProgram.Result { try train(stage, arguments) }

    private func train(_ stage: String, _ arguments: [String]) throws -> BuiltProgram.Result {
        let recipe = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent(
            "../../configs/recipes/camvid-quick.yaml")
        let common = [
            "--dataset", "folder:\(path("road"))", "--recipe", recipe.standardizedFileURL.path, "--set", "crop_width=64", "--set",
            "crop_height=48", "--set", "batch=2", "--set", "calibration_samples=20", "--epochs", "2",
        ]
        return try BuiltProgram(["train", stage] + common + arguments).finish()
    }

    private func size(_ name: String) throws -> Int {
        try FileManager.default.attributesOfItem(atPath: path(name))[.size] as? Int ?? 0
    }

    @Test func aResumeWithoutACheckpointSaysThatItStartsAnew() throws {
        let out = path("new.safetensors")
        let fresh = try train("segmentation", "--validation", "missing", "--resume", "--out", out)
        #expect(fresh.errors.contains("There is no \(out).checkpoint to go on from"), "\(fresh.errors)")
        let first = try train("segmentation", "--validation", "missing", "--out", out)
        #expect(!first.errors.contains("to go on from"), "\(first.errors)")
    }

    @Test func twoTrainingsOfOneNameDoNotRunAtOnce() throws {
        let out = path("x.safetensors")
        let lock = try FileLock(path(".x.safetensors.lock"))
        lock.sign()
        let second = try train("segmentation", "--validation", "missing", "--out", out)
        #expect(second.status == 1)
        #expect(second.errors.contains("Another training writes \(out): process \(getpid())"), "\(second.errors)")
        lock.release()
        let later = try train("segmentation", "--validation", "missing", "--out", out)
        #expect(!later.errors.contains("Another training"), "\(later.errors)")
    }

    /// Each is as large as a checkpoint.
    @Test func whatAKillLeftOfATrainingsFilesIsRemoved() throws {
        let (own, others) = (
            [".x.safetensors.7-1.partial", ".x.safetensors.checkpoint.7-2.partial", ".x.log.jsonl.7-3.partial"],
            [".x-2.safetensors.7-1.partial", ".y.safetensors.7-1.partial"]
        )
        for name in own + others { try temporary.write([1], to: name) }
        _ = try train("segmentation", "--validation", "missing", "--out", path("x.safetensors"))
        let names = try temporary.names
        #expect(own.allSatisfy { !names.contains($0) } && others.allSatisfy(names.contains), "\(names)")
    }

    /// Pseudo-labels can take hours.
    @Test(arguments: [["segmentation"], ["retrain", "--model", BuiltProgram.model, "--fraction", "1/2"]])
    func aSplitThatIsMissingIsToldBeforeAnyWork(_ stage: [String]) throws {
        let result = try train(stage[0], Array(stage.dropFirst()) + ["--out", path("new.safetensors")])
        #expect(result.status == 1 && result.errors.contains("road/val/images"), "\(result)")
        #expect(result.errors.contains("'--validation none'") && !result.errors.contains("Pseudo-labels"), "\(result)")
        #expect(!FileManager.default.fileExists(atPath: path("new.safetensors.pseudo-labels")))
    }

    @Test func onlyTheStagesThatEvaluateOfferASplitForIt() throws {
        for (stage, offers) in [("segmentation", true), ("auxiliary", false), ("retrain", true)] {
            let help = try BuiltProgram.run("train", stage, "--help").output
            #expect(help.contains("--validation") == offers, "\(stage): \(help)")
        }
        let given = try train(
            "auxiliary", "--validation", "val", "--model", BuiltProgram.model, "--set", "no_key=1", "--out",
            path("new.safetensors"))
        #expect(given.errors.contains("--validation val is left aside"), "\(given)")
    }

    @Test func picturesThatAreTrainedOnAndEvaluatedOnAreCounted() throws {
        // Another path to the same files, and one of its own.
        let files = FileManager.default
        for part in ["images", "labels"] {
            try files.createDirectory(atPath: path("road/val/\(part)"), withIntermediateDirectories: true)
            for (name, other) in [("000000", "000000"), ("a", "000001")] {
                try files.createSymbolicLink(
                    atPath: path("road/val/\(part)/\(name).png"), withDestinationPath: path("road/\(part)/\(other).png"))
            }
            try files.copyItem(atPath: path("road/labels/000002.png"), toPath: path("road/val/\(part)/own.png"))
        }
        let mixed = try train("segmentation", "--out", path("mixed.safetensors"))
        #expect(mixed.status == 0, "\(mixed.errors)")
        #expect(mixed.errors.contains("2 of the 3 pictures to evaluate on are trained on too"), "\(mixed.errors)")
    }

    /// Splits are folders of their own, so that what is in two of them is there twice.
    @Test func copiesOfPicturesThatAreTrainedOnAreCounted() throws {
        let files = FileManager.default
        for part in ["images", "labels"] {
            try files.createDirectory(atPath: path("road/val/\(part)"), withIntermediateDirectories: true)
            try files.copyItem(atPath: path("road/\(part)/000005.png"), toPath: path("road/val/\(part)/copy.png"))
            try files.copyItem(atPath: path("road/labels/000002.png"), toPath: path("road/val/\(part)/own.png"))
        }
        let first = try train("segmentation", "--out", path("1.safetensors"))
        #expect(first.errors.contains("1 of the 2 pictures to evaluate on are trained on too"), "\(first.errors)")
        // Whoever labels them learns from them too.
        let third = try train(
            "retrain", "--model", BuiltProgram.model, "--unlabeled", path("road/val/images"), "--threshold", "0.2", "--out",
            path("3.safetensors"))
        #expect(third.errors.contains("2 of the 2 pictures to evaluate on are trained on too"), "\(third.errors)")
    }

    @Test(arguments: [["--mean", "123.7,116.3,103.5"], ["--deviation", "58,57,57"], ["--deviation", "0,0,0"]])
    func picturesAreNormalisedWithValuesOfZeroToOne(_ option: [String]) throws {
        let result = try BuiltProgram(
            ["models", "import", path("state.safetensors"), "--classes", "camvid", "--out", path("x.safetensors")] + option
        ).finish()
        #expect(result.status == 2 && result.errors.contains("\(option[0]) is of values 0…1"), "\(result.errors)")
    }

    @Test func threeStagesLeaveBundlesWithCardsCurvesAndPictures() throws {
        let first = try train(
            "segmentation", "--validation", "none", "--fraction", "1/2", "--set", "evaluate_every=1", "--set", "average=0.5",
            "--out", path("1.safetensors"))
        try #require(first.status == 0, "\(first.errors)")
        #expect(try String(contentsOfFile: path("1.svg"), encoding: .utf8).contains("<polyline"))
        #expect(try String(contentsOfFile: path("1.log.jsonl"), encoding: .utf8).split(separator: "\n").count == 2)
        #expect(!FileManager.default.fileExists(atPath: path("1.safetensors.checkpoint")))

        let second = try train(
            "auxiliary", "--model", path("1.safetensors"), "--precision", "float16", "--out", path("2.safetensors"))
        try #require(second.status == 0, "\(second.errors)")
        #expect(try 3 * size("2.safetensors") < 2 * size("1.safetensors"))
        let card = try BuiltProgram.run("models", "show", path("2.safetensors")).output
        for text in [
            "segmentation, recipe camvid-quick: 4 steps on 4 pictures in ",
            "auxiliary, recipe camvid-quick: 8 steps on 8 pictures in ",
            "loss ", "average 0.5", "2 threads, seed 1",
        ] {
            #expect(card.contains(text), "\(text) in \(card)")
        }

        let third = try train(
            "retrain", "--model", path("2.safetensors"), "--validation", "none", "--fraction", "1/2", "--threshold", "0",
            "--out", path("3.safetensors"))
        #expect(third.status == 0, "\(third.errors)")

        let evaluated = try BuiltProgram.run(
            "evaluate", "--dataset", "folder:\(path("road"))", "--model", path("2.safetensors"), "--pictures", path("seen"),
            "--thresholds", "0,0.5")
        try #require(evaluated.status == 0, "\(evaluated.errors)")
        let strips = try FileManager.default.contentsOfDirectory(atPath: path("seen")).sorted()
        let images = try FileManager.default.contentsOfDirectory(atPath: path("road/images")).sorted()
        #expect(strips == images)
        let (strip, image) = (
            try ImageFile.readRGB(path("seen/\(strips[3])")), try ImageFile.readRGB(path("road/images/\(images[3])"))
        )
        #expect(strip.width == 5 * 96 + 4 * 4)
        let header = strip.height - 64
        #expect(header > 10)
        for y in 0..<64 {
            for x in 0..<96 * 3 {
                try #require(strip.bytes[(header + y) * strip.rowBytes + x] == image.bytes[y * image.rowBytes + x])
            }
        }
        // The names above the pictures.
        #expect((0..<header * strip.rowBytes).contains { strip.bytes[$0] > 200 })
    }

    @Test func aRecipeForRandomWeightsRefusesABundleAndSaysWhatToDo() throws {
        let refused = try train(
            "segmentation", "--validation", "none", "--model", path("1.safetensors"), "--out", path("2.safetensors"))
        #expect(refused.status == 2)
        #expect(refused.errors.contains("camvid-quick") && refused.errors.contains("finetune"), "\(refused.errors)")
        #expect(!FileManager.default.fileExists(atPath: path("2.safetensors")))
    }

    @Test func aBundleLabelsADataSetThatAnotherOneCanLearnFrom() throws {
        let made = try BuiltProgram.run(
            "label", path("road/images"), "--model", BuiltProgram.model, "--threshold", "0.2", "--size", "64x48", "--out",
            path("labeled"))
        try #require(made.status == 0, "\(made.errors)")
        #expect(made.errors.contains("Wrote 8 labeled pictures"))
        let trained = try train(
            "segmentation", "--dataset", "folder:\(path("labeled"))", "--validation", "none", "--out", path("s.safetensors"))
        #expect(trained.status == 0, "\(trained.errors)")

        let other = try BuiltProgram.run("label", path("road/images"), "--model", BuiltProgram.model, "--out", path("labeled"))
        #expect(other.status == 1 && other.errors.contains("other options"), "\(other.errors)")
    }

    @Test func evaluateMeasuresSmallerSizesAndConfidence() throws {
        let result = try BuiltProgram.run(
            "evaluate", "--dataset", "folder:\(path("road"))", "--model", BuiltProgram.model, "--size", "64x64", "--confidence",
            "--json")
        try #require(result.status == 0, "\(result.errors)")
        let report = try #require(try JSONSerialization.jsonObject(with: Data(result.output.utf8)) as? [String: Any])
        let confidence = try #require(report["confidence"] as? [String: Any])
        for kind in ["auxiliary", "max_softmax"] {
            let measures = try #require(confidence[kind] as? [String: Any])
            #expect((0.3...1).contains(try #require(measures["auroc"] as? Double)))
            #expect((0...1).contains(try #require(measures["ece"] as? Double)))
            let ranges = try #require(measures["reliability"] as? [[String: Any]])
            #expect(ranges.compactMap { $0["pixels"] as? Int }.reduce(0, +) == 8 * 96 * 64)
            #expect((measures["classes"] as? [String: Any])?["road"] != nil)
        }
    }

    @Test func aWrongKeyOfTheRecipeIsWrongUsageAndNamed() throws {
        let result = try train("segmentation", "--set", "momentun=0.5", "--out", path("1.safetensors"))
        #expect(result.status == 2)
        #expect(result.errors.contains("Did you mean 'momentum'?"), "\(result.errors)")
        #expect(!FileManager.default.fileExists(atPath: path("1.safetensors")))
    }

    @Test func anEncoderThatDoesNotFitIsRefused() throws {
        let result = try train(
            "segmentation", "--validation", "none", "--network", "paper", "--encoder", BuiltProgram.model, "--out",
            path("1.safetensors"))
        #expect(result.status == 1)
        #expect(result.errors.contains("is of the network efficientnet-lite0, not paper"), "\(result.errors)")
    }

    @Test func theThirdStageMayBeginWithAnEncoderAsTheFirstDoes() throws {
        let common = ["--model", BuiltProgram.model, "--fraction", "1/2", "--threshold", "0.2", "--encoder", BuiltProgram.model]
        let out = ["--validation", "none", "--out", path("3.safetensors")]
        let both = try train("retrain", common + out + ["--continue-training"])
        #expect(both.status == 2 && both.errors.contains("exclude each other"), "\(both.errors)")
        let third = try train("retrain", common + out)
        try #require(third.status == 0, "\(third.errors)")
        #expect(third.errors.contains("the encoder of efficientnet-lite0"), "\(third.errors)")
    }

    /// The split that is evaluated on where nothing is said is not in every data set.
    @Test func aSplitThatIsNotThereIsToldWithWhatToDo() throws {
        let whole = try train("segmentation", "--out", path("1.safetensors"))
        #expect(whole.status == 1 && whole.errors.contains("has no folder \(path("road"))/val/images"), "\(whole.errors)")
        #expect(whole.errors.contains("It has no splits") && whole.errors.contains("--validation names"), "\(whole.errors)")
        // Without a split of the name that is taken where nothing is said.
        for split in ["day", "night"] {
            try FileManager.default.createDirectory(atPath: path("parts/\(split)/images"), withIntermediateDirectories: true)
        }
        let split = try BuiltProgram.run(
            "evaluate", "--dataset", "folder:\(path("parts"))", "--model", BuiltProgram.model)
        #expect(split.status == 1 && split.errors.contains("It has splits: name one of day, night."), "\(split.errors)")
    }

    @Test func aBundleOfOtherClassesGivesAllButItsClassifier() throws {
        let classes = path("road/classes.yaml")
        let other = try String(contentsOfFile: classes, encoding: .utf8).replacing("pavement", with: "sidewalk")
        try other.write(toFile: classes, atomically: true, encoding: .utf8)
        let start = try train(
            "segmentation", "--validation", "none", "--model", BuiltProgram.model, "--set", "starts_from=any", "--out",
            path("1.safetensors"))
        try #require(start.status == 0, "\(start.errors)")
        #expect(start.errors.contains("all of it is kept but the classifier"), "\(start.errors)")
    }

    @Test func otherDataSetsAreLearnedFromToo() throws {
        let both = try train(
            "segmentation", "--validation", "none", "--fraction", "1/2", "--also", "folder:\(path("road"))", "--times", "3",
            "--out", path("b.safetensors"))
        try #require(both.status == 0, "\(both.errors)")
        let card = try BuiltProgram.run("models", "show", path("b.safetensors")).output
        #expect(card.contains("20 steps on 20 pictures"), "three times four, and eight: \(card)")
        let alone = try train("segmentation", "--validation", "none", "--times", "3", "--out", path("c.safetensors"))
        #expect(alone.status == 2 && alone.errors.contains("--also"), "\(alone.errors)")
    }

    /// 90 takes no pixel, and what is no number takes all of them.
    @Test(arguments: ["90", "1.01", "nan", "-0.5"]) func aThresholdIsAShare(_ threshold: String) throws {
        let result = try train(
            "retrain", "--model", BuiltProgram.model, "--threshold=\(threshold)", "--out", path("1.safetensors"))
        #expect(result.status == 2 && result.errors.contains("it must lie in 0…1"), "\(result.errors)")
    }

    @Test func recipesAreFoundByNameFromAnyFolder() throws {
        // The tests run in the checkout, where a relative path would do.
        let program = try BuiltProgram(
            [
                "train", "segmentation", "--dataset", "folder:\(path("road"))", "--recipe", "camvid-quick", "--validation",
                "none",
                "--set", "crop_width=64", "--set", "crop_height=48", "--set", "batch=2", "--epochs", "1", "--out",
                path("n.safetensors"),
            ],
            directory: folder)
        let result = try program.finish()
        #expect(result.status == 0, "\(result.errors)")
        let missing = try BuiltProgram(
            [
                "train", "segmentation", "--dataset", "folder:\(path("road"))", "--recipe", "camvit", "--out",
                path("n.safetensors"),
            ],
            directory: folder
        ).finish()
        #expect(missing.status == 2 && missing.errors.contains("no recipe 'camvit'") && missing.errors.contains("camvid-quick"))
    }

    /// The labels as an editor saves them that sorts palettes: the same colours, other numbers.
    private func sortPalettes() throws {
        for name in try FileManager.default.contentsOfDirectory(atPath: path("road/labels")) where name.hasSuffix(".png") {
            let file = path("road/labels/\(name)")
            let (labels, found) = try #require(try ImageFile.readIndices(file))
            let palette = try #require(found)
            for place in labels.bytes.indices { labels.bytes[place] = 255 - labels.bytes[place] }
            let turned = (0..<256).reversed().flatMap { (index: Int) -> ArraySlice<UInt8> in
                palette[(3 * index)..<(3 * index + 3)]
            }
            try ImageFile.write(labels, palette: turned, to: file)
        }
    }

    @Test func everyStageSaysThatLabelsWereToldByTheirColours() throws {
        try sortPalettes()
        let stages: [[String]] = [
            ["segmentation", "--validation", "none", "--out", path("1.safetensors")],
            ["auxiliary", "--model", path("1.safetensors"), "--out", path("2.safetensors")],
            [
                "retrain", "--model", path("2.safetensors"), "--validation", "none", "--fraction", "1/2", "--threshold", "0",
                "--out",
                path("3.safetensors"),
            ],
        ]
        for arguments in stages {
            let result = try train(arguments[0], Array(arguments.dropFirst()) + ["--epochs", "1"])
            try #require(result.status == 0, "\(result.errors)")
            #expect(result.errors.split(separator: "\n").count { $0.contains("in another order") } == 1, "\(result.errors)")
        }
        let evaluated = try BuiltProgram.run("evaluate", "--dataset", "folder:\(path("road"))", "--model", path("1.safetensors"))
        #expect(evaluated.status == 0 && evaluated.errors.contains("in another order"))
        let imported = try BuiltProgram.run("labels", "import", path("road"), "--dataset", path("mine"))
        #expect(imported.status == 0 && imported.errors.contains("in another order"), "\(imported.errors)")
    }

    @Test func labelsThatAreAllVoidAreNoScore() throws {
        for name in try FileManager.default.contentsOfDirectory(atPath: path("road/labels")) {
            try ImageFile.write(GrayImage(width: 96, height: 64, filledWith: 255), to: path("road/labels/\(name)"))
        }
        let result = try BuiltProgram.run("evaluate", "--dataset", "folder:\(path("road"))", "--model", BuiltProgram.model)
        #expect(result.status == 1 && result.output.isEmpty && result.errors.contains("is void"))
    }
}
