import ArgumentParser
import Configuration

/// Which running daemon is asked.
struct DaemonOptions: ParsableArguments {
    @Argument(
        help: "A camera's service, by the name of its file in /etc/camber. Default: the only daemon that runs on this machine.")
    var name: String?
    @Option(help: "The daemon's socket, instead of a name.") var socket: String?

    func validate() throws {
        if name != nil, socket != nil { throw ValidationError("Give a name or --socket, not both.") }
    }

    var path: String {
        get throws { try socket ?? name.map { try StatusSocketPath.of($0) } ?? StatusSocketPath.found() }
    }
}
