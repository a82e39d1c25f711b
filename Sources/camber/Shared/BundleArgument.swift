import ArgumentParser
import Errors
import RoadScenes

/// Bundles on the command line: a file, or the name of one that comes with Camber.
enum BundleArgument {
    static func file(_ name: String) throws -> String {
        do throws(CamberError) { return try ShippedFile.bundle(name) } catch { throw ValidationError(error.description) }
    }
}
