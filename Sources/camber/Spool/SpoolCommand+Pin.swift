import ArgumentParser
import Store

extension SpoolCommand {
    /// `camber spool pin`: keeps items from eviction.
    struct Pin: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Keep frames whatever the limits say, or let them go again.")

        @Argument(help: "The items' numbers.") var ids: [Int64]
        @OptionGroup var spool: SpoolOptions
        @Flag(help: "Let them go again.") var off = false

        func run() throws {
            let spool = try spool.open()
            for id in ids { try spool.setPinned(id, !off) }
        }
    }
}
