import Foundation
import RoadScenes
import Store
import Synchronization
import Video

/// A spool in a folder of its own that goes with the test.
final class SpoolFolder: Sendable {
    let path: String
    /// Bytes that the disk claims to have free; what is not set is not limited.
    let free = Machine()

    /// What a test does to the machine around the spool.
    final class Machine: Sendable {
        private let state = Mutex((free: Int.max, countdown: -1, code: Int32(0), steps: 0))
        let watcher: Mutex<(@Sendable (Int) -> Void)?> = Mutex(nil)

        var freeBytes: Int {
            get { state.withLock { $0.free } }
            set { state.withLock { $0.free = newValue } }
        }

        /// How many steps were taken.
        var steps: Int { state.withLock { $0.steps } }

        /// Fails one step: the next for 0.
        func fail(after steps: Int, with code: Int32) { state.withLock { ($0.countdown, $0.code) = (steps, code) } }

        func step() -> Int32 {
            let (number, code) = state.withLock { state in
                state.steps += 1
                state.countdown -= 1
                return (state.steps, state.countdown == -1 ? state.code : 0)
            }
            watcher.withLock { $0?(number) }
            return code
        }
    }

    init() throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("camber-spool-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        path = folder.path
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    static let classes = ClassSet([.init("road", 128, 64, 128), .init("sky", 70, 130, 180), .init("person", 220, 20, 60)])

    func open(_ limits: SpoolLimits = .none, patience: Double = 10) throws -> Spool {
        let machine = free
        return try Spool(
            folder: path, limits: limits, classes: Self.classes,
            surroundings: StoreSurroundings(
                freeBytes: { _ in machine.freeBytes }, fault: { _ in machine.step() }, patience: patience))
    }

    /// What a kill at each step of a change would leave: a copy of the folder as it is just then.
    func snapshots(of change: () throws -> Void) throws -> [SpoolFolder] {
        let copies = Mutex<[SpoolFolder]>([])
        let path = path
        free.watcher.withLock {
            $0 = { _ in
                guard let copy = try? SpoolFolder() else { return }
                for name in (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? [] {
                    try? FileManager.default.copyItem(atPath: "\(path)/\(name)", toPath: copy.file(name))
                }
                copies.withLock { $0.append(copy) }
            }
        }
        try change()
        free.watcher.withLock { $0 = nil }
        return copies.withLock { $0 }
    }

    var names: [String] { get throws { try FileManager.default.contentsOfDirectory(atPath: path).sorted() } }

    /// Names without the index and the lock.
    var itemNames: [String] { get throws { try names.filter { !$0.hasPrefix("index") && $0 != "lock" } } }

    func file(_ name: String) -> String { "\(path)/\(name)" }

    /// A small noisy frame; its labels are road and sky, void at the left, and persons where asked for.
    static func entry(
        _ number: Int, persons: Bool = false, withFrameBefore: Bool = false,
        at time: Date = Date(timeIntervalSince1970: 1_800_000_000), unsureness: Double? = nil, source: String = "camera 1",
        withOriginal: Bool = false
    ) -> SpoolEntry {
        let (frame, labels) = (RGBImage(width: 48, height: 32), GrayImage(width: 48, height: 32))
        for index in frame.bytes.indices {
            frame.bytes[index] = UInt8(truncatingIfNeeded: (index + number * 31) &* 2_654_435_761 >> 7)
        }
        for index in labels.bytes.indices {
            labels.bytes[index] = index % 48 < 8 ? 255 : persons && index % 48 < 16 ? 2 : index < 512 ? 1 : 0
        }
        return SpoolEntry(
            frame: frame, labels: labels, source: source, frameNumber: number, time: time, model: "0123456789abcdef",
            threshold: 0.7, selectedRatio: 5.0 / 6, signature: [UInt8](repeating: UInt8(number % 256), count: 16),
            before: withFrameBefore ? RGBImage(width: 48, height: 32) : nil, unsureness: unsureness,
            original: withOriginal ? original(number) : nil)
    }

    /// Three times as large as the frame.
    private static func original(_ number: Int) -> RGBImage {
        let image = RGBImage(width: 144, height: 96)
        for index in image.bytes.indices { image.bytes[index] = UInt8(truncatingIfNeeded: index / 3 % 144 + number) }
        return image
    }
}
