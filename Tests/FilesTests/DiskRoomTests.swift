import Files
import Testing

@Suite struct DiskRoomTests {
    /// Disks in a cloud: sums with what they say must not overflow.
    @Test func aDiskThatHasNoEndHasALargeNumberOfBytes() {
        #expect(DiskRoom.bytes(blocks: 1000, of: 4096) == 4_096_000)
        for (blocks, size): (UInt64, UInt64) in [(UInt64.max, 4096), (UInt64.max, 1), (9_007_199_254_739_968, 1024)] {
            let bytes = DiskRoom.bytes(blocks: blocks, of: size)
            #expect(bytes >= 1 << 60 && !bytes.addingReportingOverflow(1 << 50).overflow)
        }
        #expect(DiskRoom.free(in: "/").map { $0 > 0 } == true && DiskRoom.free(in: "/nowhere") == nil)
    }

    /// As one in memory without a limit, or a bucket in a cloud.
    @Test func aDiskThatHasNoSizeIsNotFull() {
        #expect(DiskRoom.free(in: "/proc") == nil)
    }

    @Test func aDiskMayCountItsFiles() {
        #expect(DiskRoom.files(in: "/").map { $0 >= 0 } ?? true)
        // That of processes has none to count.
        #expect(DiskRoom.files(in: "/nowhere") == nil && DiskRoom.files(in: "/proc") == nil)
    }
}
