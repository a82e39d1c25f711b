import Foundation
import Live
import TestSupport
import Testing

/// What a camera's address holds is nowhere to be seen: every secret here has 'Zq9' in it.
@Suite final class SecretsTests {
    private let temporary = try! TestFolder()
    private var folder: URL { temporary.url }

    @Test(arguments: [
        "rtsp://cam:pa/Zq9@127.0.0.1:9/x", "rtsp://cam:12#Zq9@127.0.0.1:9/x", "http://Zq9@127.0.0.1:9/x",
        "http://127.0.0.1:9/video.cgi?user=cam&pwd=Zq9", "rtsp://127.0.0.1:9/user=admin_password=Zq9_channel=1_stream=0.sdp",
    ])
    func aCamerasPasswordIsInNothingThatTheDaemonSays(address: String) throws {
        let config = folder.appendingPathComponent("camber.yaml").path
        let socket = folder.appendingPathComponent("s").path
        let port = Int.random(in: 20000..<30000)
        let yaml = """
            source: {location: "\(address)", reconnect_after: 50ms}
            model: \(BuiltProgram.model)
            size: 64x48
            threads: 1
            status: {socket: \(socket)}
            dashboard: {address: "127.0.0.1:\(port)"}
            log: {level: debug}
            """
        try Data(yaml.utf8).write(to: URL(fileURLWithPath: config))
        let check = try BuiltProgram.run("run", "--config", config, "--check")
        let program = try BuiltProgram(["run", "--config", config, "--json"])
        #expect(eventually { (try? StatusClient.status(socket).source.problem) != nil })
        var said = [check.output, check.errors]
        for options in [["--socket", socket], ["--socket", socket, "--json"]] {
            let status = try BuiltProgram(["status"] + options).finish()
            #expect(status.output.contains("***"))
            said.append(status.output + status.errors)
        }
        for target in ["api/status", "metrics", "api/history", ""] {
            var page = ""
            #expect(
                eventually {
                    page = get(port, "/" + target)
                    return page.contains("200 OK")
                })
            said.append(page)
        }
        kill(program.process.processIdentifier, SIGHUP)
        #expect(eventually { (try? program.text("errors").contains("Reloaded")) == true })
        kill(program.process.processIdentifier, SIGTERM)
        let result = try program.finish()
        #expect(result.errors.contains("is lost"))
        said += [result.output, result.errors]
        #expect(said.allSatisfy { !$0.contains("Zq9") }, "\(said.filter { $0.contains("Zq9") })")
    }

    @Test(arguments: ["rtsp://cam:pa/Zq9@127.0.0.1:9/x", "cam:Zq9@127.0.0.1/x", "http://127.0.0.1:9/v?token=Zq9"])
    func norInWhatSegmentSays(address: String) throws {
        let result = try BuiltProgram.run(
            "segment", address, "--model", BuiltProgram.model, "--size", "64x48", "--report", "-")
        #expect(result.status == 1 && !(result.output + result.errors).contains("Zq9"), "\(result.errors)")
    }

    /// What the page answers, its head included; empty where nobody listens.
    private func get(_ port: Int, _ target: String) -> String {
        guard let socket = try? Loopback.connect(port) else { return "" }
        defer { close(socket) }
        let request = Array("GET \(target) HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n".utf8)
        guard send(socket, request, request.count, Int32(MSG_NOSIGNAL)) == request.count else { return "" }
        var answer: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 65536)
        while true {
            let count = recv(socket, &buffer, buffer.count, 0)
            if count <= 0 { return String(decoding: answer, as: UTF8.self) }
            answer += buffer[..<count]
        }
    }
}
