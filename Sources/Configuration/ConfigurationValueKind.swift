import Files
import NeuralNetwork
import RoadScenes
import Video

/// What the value of a key may be: how it is read, written, and told.
struct ConfigurationValueKind<Value: Sendable>: Sendable {
    /// For the reference page, such as `1s to 1h`.
    let brief: String
    /// To be read after "It must be".
    let expected: String
    /// Where only a few words are allowed: these.
    var words: [String] = []
    /// Nil where the text is something else.
    let parse: @Sendable (String) -> Value?
    let text: @Sendable (Value) -> String
}

extension ConfigurationValueKind<String> {
    static let path = Self.text("path")
    static let dataset = Self.text("`camvid:DIR`, `cityscapes:DIR` or `folder:DIR`")

    static func text(_ brief: String) -> Self { .init(brief: brief, expected: brief, parse: { $0 }, text: { $0 }) }
}

extension ConfigurationValueKind<[String]> {
    static func list(of entries: String) -> Self {
        .init(
            brief: "list of \(entries)", expected: "a list of \(entries)", parse: { _ in nil },
            text: { "[\($0.joined(separator: ", "))]" })
    }
}

extension ConfigurationValueKind<[ClassLimit]> {
    static let shares = Self(
        brief: "shares by class", expected: "a list of classes with their shares", parse: { _ in nil },
        text: { "{\($0.map { "\($0.name): \(ShareText.text($0.share))" }.joined(separator: ", "))}" })
}

extension ConfigurationValueKind<Duration> {
    static func time(_ low: Duration, _ high: Duration) -> Self {
        .init(
            brief: "\(low.text) to \(high.text)",
            expected: "a time with its unit, such as 500ms, 5s or 2m, from \(low.text) to \(high.text)",
            parse: { text in Duration(text: text).flatMap { (low...high).contains($0) ? $0 : nil } }, text: \.text)
    }

    /// `none` is read as zero.
    static func timeOrNone(_ low: Duration, _ high: Duration) -> Self {
        .init(
            brief: "\(low.text) to \(high.text), or `none`", expected: "a time from \(low.text) to \(high.text), or 'none'",
            parse: { $0 == "none" ? .zero : time(low, high).parse($0) }, text: { $0 == .zero ? "none" : $0.text })
    }
}

extension ConfigurationValueKind<Double> {
    static let share = Self(brief: "share", expected: "a share such as 0.7 or 70%", parse: ShareText.share, text: ShareText.text)

    static func share(_ expected: String, in range: ClosedRange<Double>) -> Self {
        .init(
            brief: "\(ShareText.text(range.lowerBound)) to \(ShareText.text(range.upperBound))", expected: expected,
            parse: { text in ShareText.share(text).flatMap { range.contains($0) ? $0 : nil } }, text: ShareText.text)
    }

    static let weight = Self(
        brief: "0.01 to 100", expected: "a number from 0.01 to 100",
        parse: { text in Double(text).flatMap { (0.01...100).contains($0) ? $0 : nil } },
        text: { $0 == $0.rounded() ? "\(Int($0))" : "\($0)" })

    static let rate = Self(
        brief: "0.001 to 1000 a second", expected: "a number of frames per second, from 0.001 to 1000",
        parse: { text in Double(text).flatMap { (0.001...1000).contains($0) ? $0 : nil } }, text: { "\($0)" })
}

extension ConfigurationValueKind<Int> {
    static func count(_ range: ClosedRange<Int>) -> Self {
        .init(
            brief: "\(range.lowerBound) to \(range.upperBound)",
            expected: "a whole number from \(range.lowerBound) to \(range.upperBound)",
            parse: { text in Int(text).flatMap { range.contains($0) ? $0 : nil } }, text: { "\($0)" })
    }

    static func bytes(atLeast low: Int) -> Self {
        let most = 1_000_000_000_000_000
        return .init(
            brief: low > 0 ? "at least \(ByteText.text(low))" : "0MB or more",
            expected: "a size with its unit, such as 500MB or 2GB, "
                + (low > 0 ? "at least \(ByteText.text(low))" : "at most 1000TB"),
            parse: { text in ByteText.bytes(text).flatMap { (low...most).contains($0) ? $0 : nil } }, text: ByteText.text)
    }
}

extension ConfigurationValueKind<Bool> {
    static let flag = ConfigurationValueKind<Bool>.choice([("true", true), ("false", false)])
}

extension ConfigurationValueKind where Value: Equatable {
    static func choice(_ values: [(word: String, value: Value)]) -> Self {
        .init(
            brief: values.map { "`\($0.word)`" }.joined(separator: ", "),
            expected: "one of \(values.map(\.word).joined(separator: ", "))", words: values.map(\.word),
            parse: { text in values.first { $0.word == text }?.value },
            text: { value in values.first { $0.value == value }?.word ?? "" })
    }
}

extension ConfigurationValueKind<Graph.Size> {
    /// `none` is read as a size of 0.
    static func sizeOrNone(_ example: String) -> Self {
        let size = size(example)
        return .init(
            brief: "\(size.brief), or `none`", expected: "\(size.expected), or 'none'",
            parse: { $0 == "none" ? Graph.Size(height: 0, width: 0) : size.parse($0) },
            text: { $0.width == 0 ? "none" : size.text($0) })
    }

    static func size(_ example: String) -> Self {
        let sides = ModelBundle.inputSides
        return .init(
            brief: "such as \(example)",
            expected: "a size such as \(example), sides from \(sides.lowerBound) to \(sides.upperBound)",
            parse: { text in
                Graph.Size(widthByHeight: text).flatMap { sides.contains($0.width) && sides.contains($0.height) ? $0 : nil }
            }, text: { "\($0.width)x\($0.height)" })
    }
}
