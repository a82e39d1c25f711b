import Video

extension String {
    /// Printable, and without line feeds: a name that holds one stays on its line.
    var onOneLine: String { printable.split(separator: "\n", omittingEmptySubsequences: false).joined(separator: "\\n") }
}
