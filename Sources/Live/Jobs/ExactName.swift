/// A name by its bytes: two that only look alike, as letters with their accents apart, are two files.
package struct ExactName: Hashable {
    private let bytes: [UInt8]

    package init(_ name: String) { bytes = Array(name.utf8) }
}
