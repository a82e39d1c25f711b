import ArgumentParser
import Configuration
import Foundation
import Store

/// Which registry: a folder, or the one that a configuration names.
struct RegistryOptions: ParsableArguments {
    @Option(help: .init("The configuration that names the registry.", valueName: "file")) var config: String?
    @Option(help: .init("The registry's folder.", valueName: "folder")) var registry: String?

    func validate() throws {
        if (config == nil) == (registry == nil) {
            throw ValidationError("Name the registry by --config FILE or by --registry DIR.")
        }
    }

    func open() throws -> ModelRegistry {
        guard let folder = try config.map({ try Configuration(argument: $0).registry }) ?? registry else {
            throw CommandFailure(code: 2, message: "\(config ?? "") names no registry.")
        }
        // Looking must not make a folder of a name that was mistyped.
        guard access(folder, F_OK) == 0 else {
            throw CommandFailure(code: 1, message: "There is no registry at \(folder): \(String(cString: strerror(errno))).")
        }
        return try ModelRegistry(folder: folder)
    }
}
