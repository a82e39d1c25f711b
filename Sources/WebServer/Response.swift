/// An answer, whole in memory.
package struct Response: Sendable {
    package var status: Status
    /// By name, as it is sent; one without a value is not.
    package var headers: [String: String]
    package var body: [UInt8]

    package init(_ status: Status = .ok, headers: [String: String] = [:], body: [UInt8] = []) {
        (self.status, self.headers, self.body) = (status, headers, body)
    }
}
