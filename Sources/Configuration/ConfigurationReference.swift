import Foundation

/// Every key of the configuration file, for people.
public enum ConfigurationReference {
    /// A part of the file and the keys that may stand in it.
    struct Section: Sendable {
        let name: String
        let purpose: String
        let keys: [any ConfigurationKeyDescription]
        let sections: [Section]

        init(_ name: String, _ purpose: String, keys: [any ConfigurationKeyDescription], sections: [Section] = []) {
            (self.name, self.purpose, self.keys, self.sections) = (name, purpose, keys, sections)
        }

        /// What may stand in it.
        var names: [String] { keys.map(\.name) + sections.map(\.name) }
    }

    /// Where there is a file to start from: beside an installed program, and in the repository.
    public static let example = "One to start from: /etc/camber/example.yaml, or configs/vehicle.yaml in the sources."

    /// What `docs/configuration.md` holds.
    public static let markdown: String = {
        let start = """
            # The configuration file

            What `camber run --config FILE` and `camber learn --config FILE` read; `camber run --keys` prints this page, and `configs/vehicle.yaml`,
            installed as `/etc/camber/example.yaml`, is a file to start from. Times have a unit (500ms, 5s, 10m), amounts too (500MB, 2GB), shares are 0.7
            or 70%. Relative paths start from the file's folder, `~` is the home folder; variables such as `$HOME` are not filled in. A key that is not known is an error.

            *Changes at* says when a changed value takes effect: at a reload (`systemctl reload`, SIGHUP), when the learner starts its next cycle,
            or when the daemon is started again.


            """
        return start + part(Configuration.section, within: "").trimmingCharacters(in: .newlines) + "\n"
    }()

    /// The paths of the keys that may change while the daemon runs, such as `log.level`.
    static let withoutRestart: Set<String> = {
        func paths(_ section: Section, _ path: String) -> [String] {
            section.keys.filter { $0.takesEffect != .atRestart }.map { path + $0.name }
                + section.sections.flatMap { paths($0, path + $0.name + ".") }
        }
        return Set(paths(Configuration.section, ""))
    }()

    private static func part(_ section: Section, within path: String) -> String {
        let name = path + section.name
        var lines = section.name.isEmpty ? ["## At the top"] : ["## `\(name):`"]
        lines += ["", section.purpose, "", "| key | value | left out | changes at | |", "|---|---|---|---|---|"]
        for key in section.keys {
            lines.append("| `\(key.name)` | \(key.brief) | \(key.standardText) | \(key.takesEffect.rawValue) | \(key.purpose) |")
        }
        let text = lines.joined(separator: "\n") + "\n\n"
        return text + section.sections.map { part($0, within: section.name.isEmpty ? "" : name + ".") }.joined()
    }
}
