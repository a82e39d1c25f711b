/// The two files of a numbered model: the bundle, and the record that stays when the bundle is removed.
enum ModelFile: String, CaseIterable {
    case bundle = ".safetensors"
    case record = ".json"

    /// Names have six digits.
    static let numbers = 1...999_999

    func name(_ number: Int) -> String {
        let digits = String(number)
        return String(repeating: "0", count: max(6 - digits.count, 0)) + digits + rawValue
    }

    /// The number in a file's name; nil for names that are not of this kind.
    func number(_ name: String) -> Int? {
        guard name.hasSuffix(rawValue) else { return nil }
        let digits = name.dropLast(rawValue.count)
        guard digits.utf8.count == 6, digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let number = Int(digits),
            Self.numbers.contains(number)
        else { return nil }
        return number
    }
}
