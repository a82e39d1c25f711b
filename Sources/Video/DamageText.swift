/// What is wrong with a recording, for people.
package enum DamageText {
    /// - Parameters:
    ///   - damaged: frames lost or damaged.
    ///   - missing: those among them that the recording promises and does not hold.
    /// - Returns: nil where nothing is.
    package static func text(damaged: Int, missing: Int) -> String? {
        var parts: [String] = []
        if damaged > missing { parts.append("\(damaged - missing) frames or parts of the stream are damaged") }
        if missing > 0 { parts.append("\(missing) of the frames that it promises are not in it") }
        return parts.isEmpty ? nil : parts.joined(separator: ", ")
    }
}
