extension ClassSet {
    /// What the indices of one list of classes are in another, matched by name; void for those that it lacks. Shape: 256.
    package static func renumbering(from names: [String], to others: [String]) -> [UInt8] {
        var map = [UInt8](repeating: void, count: 256)
        for (index, name) in names.enumerated() {
            if let other = others.firstIndex(of: name) { map[index] = UInt8(other) }
        }
        return map
    }
}
