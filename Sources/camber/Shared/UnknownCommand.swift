import ArgumentParser
import RoadScenes

/// A word that stands where a command should and is none.
struct UnknownCommand {
    /// What to say of it: the nearest command, and where all are listed.
    let message: String

    /// - Returns: nil where the words up to the first option name commands.
    init?(in words: [String], of root: any ParsableCommand.Type) {
        var (command, path) = (root, [root._commandName])
        for word in words.drop(while: { $0 == "help" }) {
            let members = command.configuration.subcommands
            if members.isEmpty || word.hasPrefix("-") { return nil }
            guard let next = members.first(where: { $0._commandName == word }) else {
                let nearest = NearestName.of(word, among: members.map { $0._commandName })
                let meant = nearest.map { " Did you mean '\((path + [$0]).joined(separator: " "))'?" } ?? ""
                message =
                    "There is no command '\((path + [word]).joined(separator: " "))'.\(meant) '\(path.joined(separator: " ")) --help' lists them."
                return
            }
            command = next
            path.append(word)
        }
        return nil
    }
}
