/// The classes a network tells apart, in the order of their indices, with their display colours.
public struct ClassSet: Sendable, Equatable, Codable {
    /// One class: its name as data sets write it and its colour in overlays and palettes.
    public struct Member: Sendable, Equatable, Codable {
        public let name: String
        /// Red, green, blue, 0…255.
        public let color: [UInt8]

        public init(_ name: String, _ red: UInt8, _ green: UInt8, _ blue: UInt8) {
            self.name = name
            color = [red, green, blue]
        }
    }

    public let members: [Member]
    /// The label of pixels that belong to no class, in class maps and pseudo-labels on disk.
    public static let void: UInt8 = 255

    public init(_ members: [Member]) {
        self.members = members
    }

    public var count: Int { members.count }
    public var names: [String] { members.map(\.name) }
}
