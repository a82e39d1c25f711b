import Foundation
import FoundationXML
import Learning
import Testing

@Suite struct CurveDrawingTests {
    private static func entries(_ values: [(loss: Double, miou: Double?)]) throws -> [TrainingProgress] {
        try values.enumerated().map { index, value in
            let text = """
                {"epoch": \(index + 1), "epochs": 20, "step": \(index + 1), "steps": 20, "loss": \(value.loss), "learningRate": 1,
                 "imagesPerSecond": 1, "seconds": 1 \(value.miou.map { ", \"miou\": \($0)" } ?? "")}
                """
            return try JSONDecoder().decode(TrainingProgress.self, from: Data(text.utf8))
        }
    }

    /// Elements' attributes and all text.
    private final class Reader: NSObject, XMLParserDelegate {
        var elements: [(name: String, attributes: [String: String])] = []
        var text = ""
        /// The content of each `<text>`.
        var texts: [String] = []

        func parser(
            _ parser: XMLParser, didStartElement name: String, namespaceURI: String?, qualifiedName: String?,
            attributes: [String: String]
        ) {
            elements.append((name, attributes))
            if name == "text" { texts.append("") }
        }

        func parser(_ parser: XMLParser, foundCharacters string: String) {
            text += string
            if let last = texts.indices.last, elements.last?.name == "text" {
                texts[last] += string.trimmingCharacters(in: .newlines)
            }
        }
    }

    private static func read(_ svg: String) throws -> Reader {
        let (parser, reader) = (XMLParser(data: Data(svg.utf8)), Reader())
        parser.delegate = reader
        try #require(parser.parse(), "\(parser.parserError as Any) in \(svg)")
        return reader
    }

    @Test func lossAndScoresBecomeTwoCurvesThatFallAndRise() throws {
        let entries = try Self.entries([(2.5, nil), (1.5, 0.25), (0.5, nil), (0.25, 0.5)])
        let reader = try Self.read(CurveDrawing(entries, title: "a <b> & c").svg)
        let curves = try reader.elements.filter { $0.name == "polyline" }.map { curve in
            try #require(curve.attributes["points"]).split(separator: " ").map {
                $0.split(separator: ",").compactMap { Double($0) }
            }
        }
        #expect(curves.map(\.count) == [4, 2])
        // y points down.
        #expect(zip(curves[0], curves[0].dropFirst()).allSatisfy { $0[0] < $1[0] && $0[1] < $1[1] })
        #expect(curves[1][0][1] > curves[1][1][1])
        #expect(curves[0][1][0] == curves[1][0][0])
        for text in ["a <b> & c: Loss", "0.250", "50.0 %", "epoch"] { #expect(reader.text.contains(text), "\(text)") }
        #expect(reader.text.contains("prefers-color-scheme: dark"))
        // Both axes are labeled to their ends.
        for text in ["20", "2.5", "0", "50 %"] { #expect(reader.texts.contains(text), "\(text)") }
    }

    @Test(arguments: [0.0, 1e-7, 0.3, 12345]) func anyLossStaysInsideTheDrawing(loss: Double) throws {
        for count in [1, 7] {
            let reader = try Self.read(CurveDrawing(Self.entries(Array(repeating: (loss, nil), count: count)), title: "t").svg)
            let curve = try #require(reader.elements.first { $0.name == "polyline" }?.attributes["points"])
            let values = curve.split(whereSeparator: { " ,".contains($0) }).compactMap { Double($0) }
            #expect(values.count == 2 * count)
            #expect(values.allSatisfy { (0...720).contains($0) })
        }
    }
}
