import Video

/// What the colours of a label file say about its values: editors reorder palettes, and then a value is another class than
/// its number.
struct LabelColors {
    private let classes: ClassSet
    /// Shape: 256.
    private let meanings: [Dataset.Meaning]
    /// Which classes have a colour.
    private let byColor: [SIMD3<UInt8>: [UInt8]]

    init(_ classes: ClassSet, _ meanings: [Dataset.Meaning]) {
        (self.classes, self.meanings) = (classes, meanings)
        var byColor: [SIMD3<UInt8>: [UInt8]] = [:]
        for (index, member) in classes.members.enumerated() where index < Int(ClassSet.void) {
            byColor[Self.color(member.color), default: []].append(UInt8(index))
        }
        self.byColor = byColor
    }

    /// The class of each value, void or not; nil where the values themselves say it.
    ///
    /// - Parameters:
    ///   - used: the values that occur.
    ///   - palette: red, green and blue of each value.
    /// - Returns: a class index or void for each of 256 values.
    /// - Throws: where the palette contradicts the values and does not say what they mean either.
    func classes(of used: [UInt8], _ palette: [UInt8], file: String) throws(SceneError) -> [UInt8]? {
        let colors = (0..<256).map { SIMD3(palette[3 * $0], palette[3 * $0 + 1], palette[3 * $0 + 2]) }
        // A gray ramp is how gray values look as a palette.
        if used.allSatisfy({ colors[Int($0)] == SIMD3(repeating: $0) }) { return nil }
        if used.allSatisfy({ agrees($0, colors[Int($0)]) }) { return nil }
        var result = [UInt8](repeating: ClassSet.void, count: 256)
        for value in used {
            let color = colors[Int(value)]
            guard let label = label(of: color, likely: meanings[Int(value)]) else {
                throw SceneError(
                    "\(file) has a palette that contradicts its classes: the value \(value) is \(Self.text(color)) there, "
                        + "\(expected(value)).",
                    remedy: "Save it as gray values, or give its palette the colours of the classes, each exactly; black is void."
                )
            }
            result[Int(value)] = label
        }
        return result
    }

    /// Turns a picture in the classes' colours into class indices and void.
    ///
    /// - Parameter opacity: 0 where a pixel is transparent and so void; nil where none is.
    /// - Throws: where a pixel has another colour.
    func labels(of picture: RGBImage, opacity: GrayImage? = nil, file: String) throws(SceneError) -> GrayImage {
        let labels = GrayImage(width: picture.width, height: picture.height)
        let (from, to) = (picture.bytes, labels.bytes)
        var last: (color: SIMD3<UInt8>, label: UInt8)?
        for row in 0..<picture.height {
            for column in 0..<picture.width {
                let place = row * picture.width + column
                if let opacity, opacity.bytes[place] == 0 {
                    to[place] = ClassSet.void
                    continue
                }
                let color = SIMD3(from[3 * place], from[3 * place + 1], from[3 * place + 2])
                if last?.color != color {
                    guard let label = label(of: color, likely: .void) else {
                        throw SceneError(
                            "\(file) is a colour picture, and its pixel \(column), \(row) is \(Self.text(color)), which no class is.",
                            remedy: "Labels are class indices, or exactly the colours of the classes; black is void.")
                    }
                    last = (color, label)
                }
                to[place] = last!.label
            }
        }
        return labels
    }

    /// Whether a palette's colour is what a value should have. Void may have any that is no class's.
    private func agrees(_ value: UInt8, _ color: SIMD3<UInt8>) -> Bool {
        switch meanings[Int(value)] {
        case .label(let label): Self.color(classes.members[Int(label)].color) == color
        case .void: byColor[color] == nil || color == SIMD3()
        // The values themselves are wrong, and reading them says how.
        case .wrong: byColor[color] == nil
        }
    }

    /// The one class that has a colour; void for black and white where no class has them. Nil where it is not clear.
    private func label(of color: SIMD3<UInt8>, likely: Dataset.Meaning) -> UInt8? {
        guard let labels = byColor[color] else { return color == SIMD3() || color == SIMD3(repeating: 255) ? ClassSet.void : nil }
        if case .label(let own) = likely, labels.contains(own) { return own }
        return labels.count == 1 ? labels[0] : nil
    }

    private func expected(_ value: UInt8) -> String {
        switch meanings[Int(value)] {
        case .label(let label):
            "and class \(label), \(classes.members[Int(label)].name), is "
                + Self.text(Self.color(classes.members[Int(label)].color))
        case .void: "and stands for void"
        case .wrong: "and stands for no class"
        }
    }

    private static func color(_ values: [UInt8]) -> SIMD3<UInt8> { SIMD3(values[0], values[1], values[2]) }

    private static func text(_ color: SIMD3<UInt8>) -> String { "(\(color.x), \(color.y), \(color.z))" }
}
