import Configuration

extension Configuration {
    /// Reads the file that the command line names; what is wrong with it is a wrong configuration, not a failure.
    ///
    /// - Parameter outputsMayWait: whether outputs that cannot be written now are left in `unwritable`.
    init(argument file: String, outputsMayWait: Bool = true) throws(CommandFailure) {
        do throws(ConfigurationError) { self = try Configuration(contentsOf: file, outputsMayWait: outputsMayWait) } catch {
            throw CommandFailure(code: 2, message: error.description)
        }
    }

    /// Where what people labeled is kept; nil where nobody labels.
    var humanFolder: String? { learn?.human.flatMap { $0.layout == .folder ? $0.path : nil } }
}
