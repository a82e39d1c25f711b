import Foundation
import Live
import RoadScenes
import TestSupport
import Testing

@Suite final class RunCommandTests {
    private let temporary = try! TestFolder()
    private var folder: URL { temporary.url }
    private let config: URL

    init() throws {
        config = temporary.url.appendingPathComponent("camber.yaml")
        try SampleVideo.make(folder.appendingPathComponent("drive.mp4"), frames: 30)
    }

    private func write(_ source: String, _ rest: String = "", model: String = BuiltProgram.model) throws {
        let yaml = """
            source:
              location: drive.mp4
            \(source)
            model: \(model)
            size: 64x48
            status:
              socket: status.sock
            \(rest)
            """
        try Data(yaml.utf8).write(to: config)
    }

    private func figures(_ output: String) throws -> [String: Any] {
        try #require(try JSONSerialization.jsonObject(with: Data(output.utf8)) as? [String: Any])
    }

    @Test func aRecordingIsDeliveredAtTheTargetRate() throws {
        try write("", "fps: 20\noutputs:\n  - kind: masks\n    file: masks.mkv\n  - kind: picture\n    file: now.jpg")
        let result = try BuiltProgram.run("run", "--config", config.path, "--json")
        #expect(result.status == 0, "\(result.errors)")
        let figures = try figures(result.output)
        #expect(figures["frames"] as? Int == 30)
        #expect(figures["dropped"] as? Int == 0)
        #expect(figures["swaps"] as? Int == 0)
        #expect(figures["spooled"] as? Int == 0)
        let rate = try #require(figures["delivered_fps"] as? Double)
        #expect(abs(rate - 20) < 2)
        let latency = try #require(figures["latency"] as? [String: Double])
        #expect(Set(latency.keys) == ["p50", "p90", "p99", "max"])
        // Beside busy tests an output may lose frames of its own, and says so.
        let masks = try #require((figures["outputs"] as? [[String: Any]])?.first)
        let written = try #require(masks["written"] as? Int)
        #expect(try SampleVideo.frameCount(folder.appendingPathComponent("masks.mkv")) == written)
        #expect(written + (masks["dropped"] as? Int ?? 0) == 30)
        #expect(FileManager.default.fileExists(atPath: folder.appendingPathComponent("now.jpg").path))
    }

    @Test func itStopsAfterTheTimeGiven() throws {
        try write("  repeat: true\n  pace: source")
        let start = Date()
        let result = try BuiltProgram.run("run", "--config", config.path, "--for", "2s", "--json")
        #expect(result.status == 0, "\(result.errors)")
        #expect((1.9...7).contains(Date().timeIntervalSince(start)))
        let figures = try figures(result.output)
        #expect((10...21).contains(figures["frames"] as? Int ?? 0))
    }

    @Test func theServiceManagerIsToldOfEveryStep() throws {
        try write("  repeat: true\n  pace: source")
        let manager = try NotifySocket()
        let program = try BuiltProgram(
            ["run", "--config", config.path], environment: ["NOTIFY_SOCKET": manager.name, "WATCHDOG_USEC": "1000000"])
        #expect(eventually { manager.messages.contains("READY=1") })
        #expect(eventually { manager.messages.contains("WATCHDOG=1") })
        #expect(eventually { manager.messages.contains { $0.hasPrefix("STATUS=Source running") } })

        let socket = folder.appendingPathComponent("status.sock").path
        let status = try BuiltProgram.run("status", "--socket", socket)
        #expect(status.status == 0, "\(status.errors)")
        #expect(status.output.contains("drive.mp4: running"))
        let json = try figures(try BuiltProgram.run("status", "--json", "--socket", socket).output)
        #expect((json["source"] as? [String: Any])?["state"] as? String == "running")

        // A wrong file changes nothing, a right one what it says.
        try Data("fps: wrong\n".utf8).write(to: config)
        kill(program.process.processIdentifier, SIGHUP)
        #expect(eventually { manager.messages.contains { $0.hasPrefix("RELOADING=1\nMONOTONIC_USEC=") } })
        #expect(eventually { (try? program.text("errors").contains("Not reloaded")) == true })
        #expect(try StatusClient.status(socket).targetFps == nil)
        try write("  repeat: true\n  pace: source", "fps: 5\nthreads: 1")
        kill(program.process.processIdentifier, SIGHUP)
        #expect(eventually { (try? StatusClient.status(socket).targetFps) == 5 })
        #expect(
            eventually { (try? program.text("errors").contains("A change of threads takes effect at the next start")) == true })
        #expect(eventually { (try? program.text("errors").contains("Reloaded: fps 5.0")) == true })

        let asked = Date()
        kill(program.process.processIdentifier, SIGTERM)
        let result = try program.finish()
        #expect(result.status == 0)
        #expect(Date().timeIntervalSince(asked) < 5)
        #expect(eventually { manager.messages.contains("STOPPING=1") })
        #expect(!FileManager.default.fileExists(atPath: socket))
    }

    @Test func aStatusSocketThatIsRemovedIsMadeAgain() throws {
        try write("  repeat: true\n  pace: source")
        let program = try BuiltProgram(["run", "--config", config.path])
        let socket = folder.appendingPathComponent("status.sock")
        #expect(eventually { (try? StatusClient.status(socket.path).frames) ?? 0 > 0 })
        try FileManager.default.removeItem(at: socket)
        #expect(eventually { (try? StatusClient.status(socket.path).frames) ?? 0 > 0 })
        kill(program.process.processIdentifier, SIGTERM)
        #expect(try program.finish().status == 0)
        #expect(!FileManager.default.fileExists(atPath: socket.path))
    }

    @Test func aReloadOfAnythingWrongChangesNothing() throws {
        try write("  repeat: true\n  pace: source", "fps: 9")
        let program = try BuiltProgram(["run", "--config", config.path])
        let socket = folder.appendingPathComponent("status.sock").path
        #expect(eventually { (try? StatusClient.status(socket).frames) ?? 0 > 0 })
        let right = try String(contentsOf: config, encoding: .utf8)
        let wrong = [
            right.replacingOccurrences(of: "fps: 9", with: "fps: 1e-10"), right + "\nprobation: 1e30h\n",
            right + "\nx: &a [*a]\n",
            right + String(repeating: " \n", count: 30_000) + "y: 1\n", String(repeating: "[", count: 60_000), "\u{0}",
        ]
        for (number, text) in wrong.enumerated() {
            try Data(text.utf8).write(to: config)
            kill(program.process.processIdentifier, SIGHUP)
            // One after the other, as signals that wait are one.
            #expect(eventually { (try? program.text("errors").contains("Not reloaded")) == true }, "\(number)")
            Thread.sleep(forTimeInterval: 0.5)
            #expect(try StatusClient.status(socket).targetFps.map { abs($0 - 9) < 0.1 } == true)
        }
        kill(program.process.processIdentifier, SIGTERM)
        let result = try program.finish()
        #expect(result.status == 0 && result.errors.contains("'fps' is '1e-10'") && !result.errors.contains("Reloaded"))
    }

    @Test func aReloadTakesTheSameWeightsWithAnotherCalibration() throws {
        let model = folder.appendingPathComponent("model.safetensors").path
        let bundle = try ModelBundle(contentsOf: BuiltProgram.model)
        try bundle.write(to: model)
        try write("  repeat: true\n  pace: source", "fps: 9", model: model)
        let program = try BuiltProgram(["run", "--config", config.path])
        let socket = folder.appendingPathComponent("status.sock").path
        #expect(eventually { (try? StatusClient.status(socket).frames) ?? 0 > 0 })
        var noted = bundle
        noted.lineage.note = "the same model"
        try noted.write(to: model)
        kill(program.process.processIdentifier, SIGHUP)
        #expect(eventually { (try? program.text("errors").contains("Reloaded")) == true })
        #expect(try !program.text("errors").contains("New model"))
        var calibration = try #require(bundle.calibration)
        calibration.auxiliary /= 2
        try bundle.replacing(calibration: calibration).write(to: model)
        kill(program.process.processIdentifier, SIGHUP)
        #expect(eventually { (try? program.text("errors").contains("New model: \(model)")) == true })
        #expect(eventually { (try? StatusClient.status(socket).swaps) == 1 })
        kill(program.process.processIdentifier, SIGTERM)
        #expect(try program.finish().status == 0)
    }

    /// A disk that is not mounted yet, or read-only: the other outputs and the gate need none of it.
    @Test func anOutputThatCannotBeWrittenHoldsUpNoCamera() throws {
        let outputs = "outputs:\n  - {kind: picture, file: disk/none/now.jpg}\n  - {kind: picture, file: now.jpg}"
        try write("  repeat: true\n  pace: source", outputs)
        let checked = try BuiltProgram.run("run", "--config", config.path, "--check")
        #expect(checked.status == 2 && checked.errors.contains("disk/none cannot be written to"), "\(checked.errors)")
        let program = try BuiltProgram(["run", "--config", config.path])
        let socket = folder.appendingPathComponent("status.sock").path
        #expect(eventually { (try? StatusClient.status(socket).outputs.map(\.state)) == [.failed, .working] })
        #expect(eventually { FileManager.default.fileExists(atPath: folder.appendingPathComponent("now.jpg").path) })
        kill(program.process.processIdentifier, SIGTERM)
        let result = try program.finish()
        #expect(result.status == 0 && result.errors.contains("disk/none cannot be written to"), "\(result.errors)")
        // Of a recording nothing may be lost.
        try write("", outputs)
        #expect(try BuiltProgram.run("run", "--config", config.path).status == 2)
    }

    @Test func problemsOfTheConfigurationAreExitCode2() throws {
        try write("  pase: source", "fps: fast\nmodell: x")
        let result = try BuiltProgram.run("run", "--config", config.path)
        #expect(result.status == 2)
        #expect(result.errors.contains("camber.yaml:3: 'source.pase' is not known. Did you mean 'source.pace'?"))
        #expect(result.errors.contains("'fps' is 'fast'"))
        #expect(result.errors.contains("'modell' is not known. Did you mean 'model'?"))
        #expect(try BuiltProgram.run("run", "--config", "/nowhere.yaml").status == 2)
        #expect(try BuiltProgram.run("run").status == 2)
    }

    /// 'journalctl -p err' shows why a service has failed.
    @Test func theJournalFilesWhatEndsAServiceUnderErrors() throws {
        try write("", "fps: fast\nmodell: x")
        let program = Process()
        program.executableURL = URL(fileURLWithPath: "/bin/sh")
        let script = "JOURNAL_STREAM=$(stat -L -c %d:%i /dev/fd/2) exec \"$0\" run --config \"$1\""
        program.arguments = ["-c", script, try BuiltProgram.file().path, config.path]
        let errors = folder.appendingPathComponent("errors")
        try Data().write(to: errors)
        program.standardError = try FileHandle(forWritingTo: errors)
        try program.run()
        program.waitUntilExit()
        #expect(program.terminationStatus == 2)
        let lines = try String(contentsOf: errors, encoding: .utf8).split(separator: "\n")
        #expect(lines.count == 2 && lines.allSatisfy { $0.hasPrefix("<3>") }, "\(lines)")
    }

    /// A service manager tries 1 again: the disk of the bundle, or the token, may come late.
    @Test(arguments: [("model", 1), ("token", 1), ("both", 1), ("wrong", 2)])
    func whatIsMissingIsNoWrongConfiguration(what: String, status: Int32) throws {
        let rest =
            switch what {
            case "token", "both": "dashboard: {address: '127.0.0.1:1', token_file: none/token}"
            case "wrong": "fps: fast"
            default: ""
            }
        try write("", rest, model: what == "token" ? BuiltProgram.model : "none/model.safetensors")
        let result = try BuiltProgram.run("run", "--config", config.path)
        #expect(result.status == status && result.errors.contains("cannot be read: No such file"), "\(result)")
        #expect(try BuiltProgram.run("run", "--config", config.path, "--check").status == 2)
    }

    @Test func checkingExplainsAndRunsNothing() throws {
        try write("", "fps: 7\noutputs:\n  - kind: overlay\n    file: overlay.mp4")
        let result = try BuiltProgram.run("run", "--config", config.path, "--check")
        #expect(result.status == 0, "\(result.errors)")
        #expect(result.output.contains("7 frames a second"))
        #expect(!FileManager.default.fileExists(atPath: folder.appendingPathComponent("overlay.mp4").path))
    }

    @Test func aRecordingThatCannotBeReadIsExitCode1() throws {
        try write("")
        try Data("no video".utf8).write(to: folder.appendingPathComponent("drive.mp4"))
        let result = try BuiltProgram.run("run", "--config", config.path)
        #expect(result.status == 1)
        #expect(result.errors.contains("drive.mp4"))
    }

    /// The rest of the recording is labeled nowhere.
    @Test func anOutputThatEndsARecordingIsExitCode1() throws {
        try write("", "outputs:\n  - {kind: masks, file: masks.mkv, segment: 10m, keep_free: 900TB}")
        let result = try BuiltProgram.run("run", "--config", config.path, "--json")
        #expect(result.status == 1 && result.errors.contains("Error: Nothing is recorded"), "\(result.errors)")
        #expect(try figures(result.output)["frames"] as? Int != nil)
    }

    @Test func aStreamThatIsNotThereIsTriedAgainAndStopsInTime() throws {
        try write("")
        let yaml = try String(contentsOf: config, encoding: .utf8)
            .replacingOccurrences(of: "drive.mp4", with: "rtsp://user:secret@127.0.0.1:9/none\n  reconnect_after: 50ms")
        try Data(yaml.utf8).write(to: config)
        let program = try BuiltProgram(["run", "--config", config.path])
        let socket = folder.appendingPathComponent("status.sock").path
        #expect(eventually { (try? StatusClient.status(socket).source.reconnects) ?? 0 > 1 })
        let status = try StatusClient.status(socket)
        #expect(status.source.state == .waiting || status.source.state == .opening)
        let asked = Date()
        kill(program.process.processIdentifier, SIGTERM)
        let result = try program.finish()
        #expect(result.status == 0)
        #expect(Date().timeIntervalSince(asked) < 5)
        #expect(result.errors.contains("is lost"))
        #expect(!result.errors.contains("secret"))
    }

    @Test func nobodyToAskIsExitCode1() throws {
        let result = try BuiltProgram.run("status", "--socket", folder.appendingPathComponent("none.sock").path)
        #expect(result.status == 1)
        #expect(result.errors.contains("none.sock"))
    }
}
