import TestSupport

/// A camera on this machine that sends pictures over HTTP in one of many dialects: the last part of the path names it.
final class MJPEGCamera: LocalServer {
    /// - Parameter folder: holds the pictures, `00.jpg` and so on.
    init(_ folder: TestFolder) throws {
        try super.init(folder, program: Self.program)
    }

    private static let program = """
        import glob, http.server, time
        jpegs = [open(p, 'rb').read() for p in sorted(glob.glob('*.jpg'))]
        kinds = {'quoted': 'multipart/x-mixed-replace; boundary="frame"', 'dashes': 'multipart/x-mixed-replace;boundary=--frame',
                 'mixed': 'multipart/mixed; boundary=frame', 'bare': 'video/x-motion-jpeg', 'untyped': None,
                 'capitals': 'Multipart/X-Mixed-Replace; Boundary=frame', 'without-boundary': 'multipart/x-mixed-replace'}
        asked = 0
        class Camera(http.server.BaseHTTPRequestHandler):
            def log_message(self, *arguments): pass
            def head(self, kind, length=None):
                self.send_response(200)
                if kind: self.send_header('Content-Type', kind)
                if length is not None: self.send_header('Content-Length', str(length))
                self.end_headers()
            def snapshot(self, dialect):
                global asked
                asked += 1
                picture = jpegs[asked % len(jpegs)]
                if dialect == 'snapshot-failing' and asked % 2 == 0: return self.send_error(503)
                if dialect == 'snapshot-cut': picture = picture[:len(picture) * 6 // 10]
                self.head('image/jpeg', None if dialect == 'snapshot-endless' else len(picture))
                self.wfile.write(picture)
            def do_GET(self):
                dialect = self.path[1:].split('.')[0]
                if dialect.startswith('snapshot'): return self.snapshot(dialect)
                if dialect == 'page': self.head('text/html'); return self.wfile.write(b'<html>Log in</html>')
                if dialect == 'nothing': return self.head('multipart/x-mixed-replace; boundary=frame')
                self.head(kinds.get(dialect, 'multipart/x-mixed-replace; boundary=frame'))
                end = b'\\n' if dialect == 'line-feeds' else b'\\r\\n'
                if dialect == 'preamble': self.wfile.write(b'\\r\\n\\r\\nhello\\r\\n')
                try:
                    for number in range(10000):
                        picture = jpegs[number % len(jpegs)]
                        if dialect == 'cut' and number % 4 == 3: picture = picture[:len(picture) * 6 // 10]
                        if dialect == 'broken' and number % 4 == 3: picture = picture[:20]
                        part = (b'' if dialect == 'late-boundary' and number == 0 else b'--frame' + end)
                        if dialect != 'without-types': part += b'Content-Type: image/jpeg' + end
                        lengths = {'without-lengths': None, 'zero-lengths': 0, 'wrong-lengths': 17}
                        length = lengths.get(dialect, len(picture))
                        if length is not None: part += b'Content-Length: %d' % length + end
                        self.wfile.write(picture if dialect == 'bare' else part + end + picture + end)
                        self.wfile.flush()
                        time.sleep(0.01)
                except OSError: pass
        server = http.server.ThreadingHTTPServer(('127.0.0.1', 0), Camera)
        print(server.server_port, flush=True)
        server.serve_forever()
        """
}
