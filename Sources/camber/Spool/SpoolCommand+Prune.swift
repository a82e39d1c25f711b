import ArgumentParser
import Store

extension SpoolCommand {
    /// `camber spool prune`: what adding would do, without adding.
    struct Prune: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Remove damaged frames and what is over the limits.",
            discussion: "The limits are those of --config; with --folder only damaged frames go. The index is made anew.")

        @OptionGroup var spool: SpoolOptions

        func run() throws {
            let spool = try spool.open()
            let removed = try spool.prune()
            print("\(removed) removed, \(try spool.summary().items) left")
        }
    }
}
