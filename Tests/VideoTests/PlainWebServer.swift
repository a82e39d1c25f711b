import Foundation
import TestSupport
import Testing

/// A server on this machine that never says how long a file is and closes the connection after it, as HTTP/1.0 allows.
final class PlainWebServer {
    private let process = Process()
    let address: String

    /// - Parameter folder: holds the files; `cut/NAME` sends 60 % of one.
    init(_ folder: TestFolder) throws {
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = ["python3", "-c", Self.program]
        process.currentDirectoryURL = URL(fileURLWithPath: folder.path)
        process.standardInput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        let output = Pipe()
        process.standardOutput = output
        try process.run()
        var line = Data()
        while line.last != 10, let byte = try output.fileHandleForReading.read(upToCount: 1), !byte.isEmpty { line += byte }
        let port = try #require(Int(String(decoding: line, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)))
        address = "http://127.0.0.1:\(port)/"
    }

    deinit { process.terminate() }

    private static let program = """
        import http.server
        class Server(http.server.BaseHTTPRequestHandler):
            def log_message(self, *arguments): pass
            def do_GET(self):
                data = open(self.path.split('/')[-1], 'rb').read()
                if self.path.startswith('/cut/'): data = data[:len(data) * 6 // 10]
                self.send_response(200)
                self.end_headers()
                self.wfile.write(data)
        server = http.server.ThreadingHTTPServer(('127.0.0.1', 0), Server)
        print(server.server_port, flush=True)
        server.serve_forever()
        """
}
