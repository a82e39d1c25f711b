import Foundation
import Live
import Testing

struct WallClockTests {
    private let now = 1_790_000_000.0

    @Test func aClockThatIsSetIsNoNews() {
        var clock = WallClock()
        for second in 0..<100 {
            // It is kept in step, a little at a time.
            #expect(clock.look(wall: now + Double(second) * 1.01, monotonic: .seconds(second)) == nil)
        }
        #expect(clock.report.state == .set && clock.report.jumps == 0 && clock.report.lastJump == nil)
    }

    @Test func aClockThatStartsIn1970IsSaidOnceAndSoIsItsSetting() {
        var clock = WallClock()
        #expect(clock.look(wall: 20, monotonic: .seconds(20)) == .unset)
        #expect(clock.look(wall: 30, monotonic: .seconds(30)) == nil)
        #expect(clock.report.state == .unset)
        #expect(clock.look(wall: now, monotonic: .seconds(31)) == .jumped(now - 31))
        #expect(clock.look(wall: now + 1, monotonic: .seconds(32)) == nil)
        #expect(clock.report.state == .set && clock.report.jumps == 1 && clock.report.lastJump == now - 31)
    }

    @Test func aTimeIsDoubtedWhereTheClockIs() {
        #expect(WallClock.doubt(of: Date(timeIntervalSince1970: 20), isSynchronized: true) == .unset)
        #expect(WallClock.doubt(of: Date(timeIntervalSince1970: now), isSynchronized: false) == .unsynchronized)
        #expect(WallClock.doubt(of: Date(timeIntervalSince1970: now), isSynchronized: true) == nil)
        var clock = WallClock()
        for isSynchronized in [true, false] {
            _ = clock.look(wall: now, monotonic: .zero, isSynchronized: isSynchronized)
            #expect(clock.report.isSynchronized == isSynchronized)
        }
    }

    @Test func aComputerThatSleptHasTheSameClock() {
        var clock = WallClock()
        // It had slept before the daemon's start.
        #expect(clock.look(wall: now, monotonic: .zero, slept: .seconds(500)) == nil)
        #expect(clock.look(wall: now + 3600, monotonic: .seconds(1), slept: .seconds(4099)) == .slept(3599))
        #expect(clock.look(wall: now + 3601, monotonic: .seconds(2), slept: .seconds(4099)) == nil)
        #expect(clock.report.jumps == 0 && clock.report.lastJump == nil)
        // Set meanwhile besides, as where the time comes from the network.
        #expect(clock.look(wall: now + 3802, monotonic: .seconds(3), slept: .seconds(4199)) == .jumped(100))
        #expect(clock.report.jumps == 1)
    }

    @Test func aClockThatIsSetBackIsSaidToo() {
        var clock = WallClock()
        #expect(clock.look(wall: now, monotonic: .zero) == nil)
        #expect(clock.look(wall: now - 3599, monotonic: .seconds(1)) == .jumped(-3600))
        #expect(clock.look(wall: 0, monotonic: .seconds(2)) == .jumped(3598 - now))
        #expect(clock.report.state == .unset && clock.report.jumps == 2)
    }
}
