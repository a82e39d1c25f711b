import Foundation
import Learning
import Testing

@Suite struct RecipeTests {
    static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appending(path: "../../configs/recipes")
        .standardizedFileURL

    @Test func everyShippedRecipeIsValidAndNamedLikeItsFile() throws {
        let files = try FileManager.default.contentsOfDirectory(atPath: Self.folder.path).filter { $0.hasSuffix(".yaml") }
        #expect(files.count >= 4)
        for file in files {
            let recipe = try Recipe(contentsOf: Self.folder.appending(path: file).path)
            #expect(recipe.name + ".yaml" == file)
        }
    }

    @Test(arguments: ["momentum: 0.9", "- 1", "{", ""]) func whatIsNoRecipeIsRefused(_ text: String) throws {
        let path = NSTemporaryDirectory() + "recipe-\(UUID()).yaml"
        try text.write(toFile: path, atomically: true, encoding: .utf8)
        defer { try? FileManager.default.removeItem(atPath: path) }
        #expect(throws: LearningError.self) { try Recipe(contentsOf: path) }
    }

    @Test func everyNumberCanBeSetByItsKey() throws {
        let file = Self.folder.appending(path: "camvid.yaml").path
        let recipe = try Recipe(
            contentsOf: file,
            settings: [
                "learning_rate=0.01", "segmentation.batch=3", "momentum=0.5", "scales=[1, 2.5]", "flip=false", "average=0.99",
                "segmentation.optimizer=adam",
            ],
            for: .auxiliary)
        #expect(recipe.auxiliary.learningRate == 0.01)
        #expect(recipe.segmentation.batch == 3)
        #expect(recipe.segmentation.optimizer == .adam)
        #expect(recipe.momentum == 0.5)
        #expect(recipe.auxiliary.scales == [1, 2.5])
        #expect(recipe.auxiliary.flip == false)
        #expect(recipe.auxiliary.average == 0.99)
        var expected = try Recipe(contentsOf: file)
        (expected.segmentation.batch, expected.segmentation.optimizer) = (3, .adam)
        #expect(recipe.segmentation == expected.segmentation)
    }

    /// As recipes were written before.
    @Test func keysWithoutUnderscoresStillWillDoAndAreNamed() throws {
        let file = Self.folder.appending(path: "camvid-lite.yaml").path
        let text = try String(contentsOfFile: file, encoding: .utf8)
        let path = NSTemporaryDirectory() + "recipe-\(UUID()).yaml"
        defer { try? FileManager.default.removeItem(atPath: path) }
        let old = text.replacing("learning_rate:", with: "learningRate:").replacing("starts_from:", with: "startsFrom:")
        try old.write(toFile: path, atomically: true, encoding: .utf8)
        var notices: [String] = []
        let recipe = try Recipe(contentsOf: path, settings: ["encoderRate=0.5"]) { notices.append($0) }
        #expect(try recipe == Recipe(contentsOf: file, settings: ["encoder_rate=0.5"]) { notices.append($0) })
        #expect(notices.count == 1 && notices[0].contains("startsFrom") && notices[0].contains("encoderRate"), "\(notices)")
        try (old + "starts_from: random\n").write(toFile: path, atomically: true, encoding: .utf8)
        let error = #expect(throws: LearningError.self) { try Recipe(contentsOf: path) }
        #expect(error?.problem.contains("'starts_from' is there twice") == true, "\(error?.problem ?? "")")
    }

    @Test(arguments: [
        ("learningrat=1", "learning_rate"), ("segmentation.epoch=1", "segmentation.epochs"),
        ("epochs=many", "segmentation.epochs"),
        ("epochs=0", "segmentation.epochs"), ("momentum", "key=value"), ("optimizer=newton", "segmentation.optimizer"),
        ("auxiliary.optimizer=sgd", "auxiliary.optimizer"), ("photometric=2", "segmentation.photometric"),
        ("scale_range=[2, 0.5]", "segmentation.scale_range"), ("scale_range=[1]", "segmentation.scale_range"),
        ("scales=null", "scale_range"), ("encoder_rate=0.2", "adamw"), ("schedule=step", "segmentation.schedule"),
        ("warmup_steps=-1", "segmentation.warmup_steps"), ("mix_share=2", "segmentation.mix_share"),
        ("lovasz=-1", "segmentation.lovasz"),
        ("mix=blend", "segmentation.mix"),
        ("least_share=3", "retraining.least_share"), ("most_times=0", "retraining.most_times"),
        ("relabel_at=[1]", "retraining.relabel_at"),
        ("retraining.relabel=[0.5]", "retraining.relabel_at"), ("starts_from=nowhere", "starts_from"),
        ("calibration_samples=0", "calibration_samples"),
    ])
    func wrongSettingsAreRefusedWithWhatWasMeant(setting: String, named: String) throws {
        #expect {
            try Recipe(contentsOf: Self.folder.appending(path: "camvid.yaml").path, settings: [setting])
        } throws: {
            ($0 as? LearningError)?.description.contains(named) == true
        }
    }

    @Test(arguments: [
        ("optimizer=Adam", "segmentation.optimizer is none of sgd, adam, adamw"),
        ("auxiliary.schedule=cos", "auxiliary.schedule is none of poly, cosine, constant"),
        ("mix=CutMix", "segmentation.mix is none of cutmix, classmix"),
        ("starts_from=scratch", "starts_from is none of random, bundle, any"),
    ])
    func aWrongWordIsToldWithThoseThatMayStandThere(setting: String, problem: String) {
        let error = #expect(throws: LearningError.self) {
            try Recipe(contentsOf: Self.folder.appending(path: "camvid.yaml").path, settings: [setting])
        }
        #expect(error?.problem.hasSuffix("\(problem).") == true, "\(error?.problem ?? "")")
    }

    @Test func anUnknownKeyInTheFileIsRefusedWithTheNearest() throws {
        let path = NSTemporaryDirectory() + "recipe-\(UUID()).yaml"
        defer { try? FileManager.default.removeItem(atPath: path) }
        let text = try String(contentsOf: Self.folder.appending(path: "camvid.yaml"), encoding: .utf8)
        try (text + "momentun: 1\n").write(toFile: path, atomically: true, encoding: .utf8)
        #expect {
            try Recipe(contentsOf: path)
        } throws: {
            ($0 as? LearningError)?.description.contains("'momentun' is not known. Did you mean 'momentum'") == true
        }
    }

    @Test func numbersOutOfTheirRangeAreRefusedByName() throws {
        var recipe = try Recipe(contentsOf: Self.folder.appending(path: "camvid.yaml").path)
        recipe.auxiliary.cropWidth = 0
        #expect {
            try recipe.validate("here")
        } throws: {
            ($0 as? LearningError)?.problem.contains("auxiliary.crop_width") == true
        }
    }

    /// As they are written, with the range; what the command line has set is told from what is in the file.
    @Test(arguments: [
        ("epochs=0", "camvid.yaml with epochs=0: segmentation.epochs is 0, not in 1…100000."),
        ("lovasz=-0.1", "lovasz is -0.1, not in 0…100."), ("momentum=1", "momentum is 1, not from 0 to below 1."),
        ("power=11", "power is 11, not in 0…10."),
    ])
    func aNumberOutOfItsRangeIsToldWithIt(_ setting: String, _ words: String) throws {
        let error = #expect(throws: LearningError.self) {
            try Recipe(contentsOf: Self.folder.appending(path: "camvid.yaml").path, settings: [setting])
        }
        #expect(error?.problem.hasSuffix(words) == true, "\(error as Any)")
    }

    @Test func onlyRecipesForBundlesKeepAShareOfOne() throws {
        let finetune = try Recipe(contentsOf: Self.folder.appending(path: "finetune.yaml").path)
        #expect(finetune.keep == 0.5)
        for setting in ["keep=1", "keep=-0.1"] {
            #expect(throws: LearningError.self) {
                try Recipe(contentsOf: Self.folder.appending(path: "finetune.yaml").path, settings: [setting])
            }
        }
        #expect {
            try Recipe(contentsOf: Self.folder.appending(path: "camvid-lite.yaml").path, settings: ["keep=0.5"])
        } throws: {
            ($0 as? LearningError)?.problem.contains("random") == true
        }
    }

    @Test func keysOfStrongTrainingAreRead() throws {
        let recipe = try Recipe(contentsOf: Self.folder.appending(path: "camvid-lite.yaml").path, settings: ["schedule=cosine"])
        #expect(recipe.segmentation.optimizer == .adamw && recipe.auxiliary.optimizer == .adamw)
        #expect(recipe.segmentation.scaleRange == [0.6, 2] && recipe.segmentation.scales == nil)
        #expect(recipe.segmentation.photometric == 1 && recipe.auxiliary.photometric == 1)
        #expect(recipe.segmentation.schedule == .cosine && recipe.segmentation.warmupSteps == 150)
        #expect(recipe.segmentation.encoderRate == 0.2)
    }

    @Test(arguments: ["camvid", "camvid-quick", "camvid-adam", "camvid-lite", "camvid-strong", "cityscapes", "cityscapes-quick"])
    func recipesForRandomWeightsWarnAgainstABundle(name: String) throws {
        let file = Self.folder.appending(path: "\(name).yaml").path
        let recipe = try Recipe(contentsOf: file)
        let warning = try #require(recipe.warningAgainstBundle)
        #expect(warning.problem.contains(name) && warning.remedy.contains("finetune"))
        #expect(recipe.warningAgainstRandomWeights == nil)
        #expect(try Recipe(contentsOf: file, settings: ["starts_from=any"]).warningAgainstBundle == nil)
    }

    @Test func theRecipeForBundlesWarnsAgainstRandomWeights() throws {
        let recipe = try Recipe(contentsOf: Self.folder.appending(path: "finetune.yaml").path)
        #expect(recipe.warningAgainstBundle == nil)
        #expect(recipe.warningAgainstRandomWeights?.problem.contains("finetune") == true)
    }

    @Test func switchesOfStage3CanBeSetWhereTheRecipeHasNone() throws {
        let file = Self.folder.appending(path: "camvid.yaml").path
        #expect(try Recipe(contentsOf: file).retraining == nil)
        let recipe = try Recipe(
            contentsOf: file,
            settings: [
                "weigh_by_confidence=true", "retraining.least_share=0.3", "most_times=1.5", "relabel_at=[0.33, 0.67]",
                "mix=classmix",
            ])
        #expect(
            recipe.retraining
                == Recipe.Retraining(weighByConfidence: true, leastShare: 0.3, mostTimes: 1.5, relabelAt: [0.33, 0.67]))
        #expect(recipe.segmentation.mix == .classmix && recipe.segmentation.mixShare == nil)
    }
}
