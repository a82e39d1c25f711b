import Foundation
import Live
import Status
import Synchronization
import Testing
import Threads

@Suite struct GPSDClientTests {
    private func tpv(_ latitude: Double, mode: Int = 3, device: String = "/dev/ttyUSB0") -> String {
        "{\"class\":\"TPV\",\"device\":\"\(device)\",\"mode\":\(mode),\"lat\":\(latitude),\"lon\":11.5,\"altMSL\":520.5,\"speed\":13.9,\"track\":90.0}\r\n"
    }

    private let version = "{\"class\":\"VERSION\",\"release\":\"3.25\"}\r\n"

    @Test func thePositionIsThereAsLongAsItIsFresh() throws {
        let server = try FakeGPSD()
        let clock = ManualClock()
        let client = GPSDClient(host: "127.0.0.1", port: server.port, clock: clock, firstPause: .milliseconds(20))
        client.start()
        defer { client.stop() }
        #expect(eventually { server.heard.contains("?WATCH={\"enable\":true,\"json\":true}") })
        #expect(client.report().state == .waiting && client.position == nil)
        server.say(version)
        #expect(eventually { client.report().state == .noFix })
        server.say(tpv(48.25))
        #expect(eventually { client.position?.latitude == 48.25 })
        let position = try #require(client.position)
        #expect(position.longitude == 11.5 && position.altitude == 520.5 && position.speed == 13.9 && position.course == 90)
        #expect(client.report().state == .fix && client.report().problem == nil)
        clock.advance(by: .seconds(2))
        #expect(client.position != nil && client.report().age == 2)
        clock.advance(by: .seconds(2))
        #expect(client.position == nil && client.report().state == .noFix)
        server.say(tpv(48.5))
        #expect(eventually { client.position?.latitude == 48.5 })
        // A receiver that has lost its satellites says so.
        server.say(tpv(48.5, mode: 1))
        #expect(eventually { client.position == nil })
    }

    @Test func ofSeveralReceiversOneIsFollowed() throws {
        let server = try FakeGPSD()
        let clock = ManualClock()
        let client = GPSDClient(host: "127.0.0.1", port: server.port, clock: clock, firstPause: .milliseconds(20))
        client.start()
        defer { client.stop() }
        #expect(eventually { server.clientCount == 1 })
        server.say(version + "{\"class\":\"DEVICES\",\"devices\":[]}\r\n")
        #expect(eventually { client.report().problem == "gpsd has no receiver" })
        server.say(tpv(1) + tpv(0, mode: 1, device: "/dev/other") + tpv(2, device: "/dev/other"))
        // Some receivers tell the time by itself.
        server.say("{\"class\":\"TPV\",\"device\":\"/dev/ttyUSB0\",\"mode\":0}\r\n{\"class\":\"DEVICES\",\"devices\":[]}\r\n")
        #expect(eventually { client.report().problem == "gpsd has no receiver" && client.position?.latitude == 1 })
        server.say(tpv(3))
        #expect(eventually { client.position?.latitude == 3 } && client.report().problem == nil)
        // Where it tells nothing any more, the other one is.
        clock.advance(by: .seconds(4))
        server.say(tpv(4, device: "/dev/other"))
        #expect(eventually { client.position?.latitude == 4 })
    }

    @Test func whatIsNotGPSDIsSaid() throws {
        let server = try FakeGPSD()
        let client = GPSDClient(host: "127.0.0.1", port: server.port, firstPause: .seconds(60))
        client.start()
        defer { client.stop() }
        #expect(eventually { server.clientCount == 1 })
        server.say("SSH-2.0-OpenSSH_9.2p1 Debian-2\r\n")
        #expect(eventually { client.report().problem == "what answers there is not gpsd" && client.report().state == .waiting })
    }

    @Test func itComesBack() throws {
        let events = Mutex<[GPSDClient.Event]>([])
        let server = try FakeGPSD()
        let client = GPSDClient(host: "localhost", port: server.port, firstPause: .milliseconds(20)) { event in
            events.withLock { $0.append(event) }
        }
        client.start()
        defer { client.stop() }
        for round in 1...3 {
            #expect(eventually { server.clientCount == 1 })
            server.say(version + tpv(Double(round)))
            #expect(eventually { client.position?.latitude == Double(round) })
            server.hangUp()
            #expect(eventually { client.report().reconnects == round })
        }
        let told = events.withLock { $0 }
        #expect(told.filter { $0 == .connected }.count == 3 && told.contains(.lost("it has closed the connection")), "\(told)")
    }

    @Test func nobodyThereIsSaidOnce() throws {
        let events = Mutex<[GPSDClient.Event]>([])
        // Its thread lets go of it soon.
        let port = try FakeGPSD().port
        _ = StopSignal().wait(until: MonotonicClock.now + .seconds(1))
        let client = GPSDClient(host: "127.0.0.1", port: port, firstPause: .milliseconds(5)) { event in
            events.withLock { $0.append(event) }
        }
        client.start()
        defer { client.stop() }
        #expect(eventually { client.report().reconnects >= 4 })
        #expect(events.withLock { $0.count } == 1)
        #expect(client.report().state == .waiting && client.report().problem != nil)
    }

    @Test func whateverComesItGoesOn() throws {
        let server = try FakeGPSD()
        let client = GPSDClient(host: "127.0.0.1", port: server.port, firstPause: .milliseconds(20))
        client.start()
        defer { client.stop() }
        #expect(eventually { server.clientCount == 1 })
        // Half a line, the other half later; rubbish; a line that has no end for a megabyte.
        let line = tpv(47)
        server.say(String(line.prefix(30)))
        server.say("")
        #expect(client.position == nil)
        server.say(String(line.dropFirst(30)))
        #expect(eventually { client.position?.latitude == 47 })
        server.say((0..<5000).map { UInt8(truncatingIfNeeded: $0 * 7 + 3) })
        for _ in 0..<64 {
            server.say([UInt8](repeating: 65, count: 16 << 10))
            _ = StopSignal().wait(until: MonotonicClock.now + .milliseconds(5))
        }
        #expect(
            eventually {
                server.say("\n" + tpv(46))
                return client.position?.latitude == 46
            })
        #expect(server.clientCount == 1, "no need to connect again")
    }

    /// Ten thousand lines at once cost a part of one processor, not all of it.
    @Test func aFloodIsTakenInItsTime() throws {
        let server = try FakeGPSD()
        let client = GPSDClient(host: "127.0.0.1", port: server.port, firstPause: .milliseconds(20))
        client.start()
        #expect(eventually { server.clientCount == 1 })
        let flood = Array(String(repeating: tpv(45), count: 200).utf8)
        let end = MonotonicClock.now + .seconds(2)
        while MonotonicClock.now < end { server.say(flood) }
        #expect(client.position?.latitude == 45)
        client.stop()
    }
}
