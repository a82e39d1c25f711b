import TestSupport

/// A server on this machine that never says how long a file is and closes the connection after it, as HTTP/1.0 allows.
final class PlainWebServer: LocalServer {
    /// - Parameter folder: holds the files; `cut/NAME` sends 60 % of one.
    init(_ folder: TestFolder) throws {
        try super.init(folder, program: Self.program)
    }

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
