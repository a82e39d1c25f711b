import Foundation
import RoadScenes
import Testing

struct ClassSetTests {
    private func with<T>(_ text: String, _ body: (String) throws -> T) throws -> T {
        let path = FileManager.default.temporaryDirectory.appendingPathComponent("classes-\(UUID()).yaml").path
        try Data(text.utf8).write(to: URL(fileURLWithPath: path))
        defer { try? FileManager.default.removeItem(atPath: path) }
        return try body(path)
    }

    @Test func whatIsWrittenIsReadAgainAlsoWithOddNames() throws {
        let classes = ClassSet([.init("road: wet", 1, 2, 3), .init("\"quoted\" # name", 255, 0, 7), .init("yes", 0, 0, 0)])
        try with("") { path in
            try classes.write(to: path)
            #expect(try ClassSet(contentsOf: path) == classes)
        }
    }

    @Test(arguments: [
        ("", "Cannot read the classes"), ("road", "Cannot read the classes"), ("[]", "lists 0 classes"),
        ("- {name: road, color: [1, 2]}", "2 colour values"),
        ("- {name: road, color: [1, 2, 300]}", "class 1, color 3 cannot be read; a colour is three numbers"),
        ("- {name: a, color: [1, 2, 3]}\n- {color: [1, 2, 3]}", "class 2 has no name"),
        ("- {name: a, color: [1, 2, 3]}\n- {name: a, color: [1, 2, 3]}", "second with the name 'a'"),
        ("[{name: a", "Cannot read"),
    ])
    func aWrongListIsAnErrorThatNamesTheFile(text: String, problem: String) throws {
        try with(text) { path in
            let error = #expect(throws: SceneError.self) { try ClassSet(contentsOf: path) }
            #expect(error?.problem.contains(problem) == true, "\(String(describing: error))")
            #expect(error?.problem.contains(path) == true)
        }
    }

    /// Lists of other programs say the value of a class's labels: sorted by name, or counted from 1, it is another one than here.
    @Test(arguments: [
        ("- {name: a, color: [1, 2, 3], index: 1}\n- {name: b, color: [1, 2, 3], index: 0}", "class 0, 'a', has the index 1."),
        (#"[{"id": 1, "name": "a", "color": [1, 2, 3]}]"#, "class 0, 'a', has the id 1."),
        ("- {name: a, color: [1, 2, 3]}\n- {name: b, color: [1, 2, 3], id: 7}", "class 1, 'b', has the id 7."),
    ])
    func aListThatContradictsItsOrderIsAnError(text: String, problem: String) throws {
        try with(text) { path in
            let error = #expect(throws: SceneError.self) { try ClassSet(contentsOf: path) }
            #expect(error?.problem == "\(path): \(problem)")
        }
    }

    @Test func aListMaySayWhatItsOrderSays() throws {
        let classes = ClassSet([.init("a", 1, 2, 3), .init("b", 4, 5, 6)])
        let named = "- {name: a, color: [1, 2, 3], id: car-1}\n- {name: b, color: [4, 5, 6], index: 1, id: 1, other: 5}"
        for text in [classes.json, named] {
            #expect(try with(text) { try ClassSet(contentsOf: $0) } == classes)
        }
    }

    @Test func palettesHoldEveryClassColourAndBlackForTheRest() {
        let palette = ClassSet.camvid.palette
        #expect(palette.count == 768)
        #expect(Array(palette[9..<12]) == [128, 64, 128])
        #expect(palette[33...].allSatisfy { $0 == 0 })
    }
}
