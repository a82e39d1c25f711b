import Configuration

extension Configuration {
    /// Reads the file that the command line names; what is wrong with it is a wrong configuration, not a failure.
    init(argument file: String) throws(CommandFailure) {
        do throws(ConfigurationError) { self = try Configuration(contentsOf: file) } catch {
            throw CommandFailure(code: 2, message: error.description)
        }
    }

    /// Where what people labeled is kept; nil where nobody labels.
    var humanFolder: String? { learn?.human.flatMap { $0.layout == .folder ? $0.path : nil } }
}
