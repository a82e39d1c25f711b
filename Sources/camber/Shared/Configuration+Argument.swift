import Configuration

extension Configuration {
    /// Reads the file that the command line names; what is wrong with it is a wrong configuration, not a failure.
    ///
    /// - Parameters:
    ///   - outputsMayWait: whether outputs that cannot be written now are left in `unwritable`.
    ///   - whereMissing: the exit code where nothing is wrong but that files are missing which the daemon needs; nil where they may be.
    init(argument file: String, outputsMayWait: Bool = true, whereMissing: Int32? = nil) throws(CommandFailure) {
        do throws(ConfigurationError) {
            self = try Configuration(contentsOf: file, outputsMayWait: outputsMayWait, filesMayWait: whereMissing == nil)
        } catch {
            throw CommandFailure(code: error.mayHeal ? whereMissing ?? 2 : 2, message: error.description)
        }
    }

    /// Where what people labeled is kept; nil where nobody labels.
    var humanFolder: String? { learn?.human.flatMap { $0.layout == .folder ? $0.path : nil } }
}
