import Glibc

/// What memory the system can still give, asked before large pieces of it are taken: a system that has promised more than it
/// has ends the process without a word.
///
/// Threading: any thread.
package enum SystemMemory {
    /// Units: bytes; smaller needs are not worth the question.
    private static let smallest = 64 << 20

    /// - Parameters:
    ///   - bytes: what will be taken.
    ///   - purpose: ends the sentence "… of memory are needed for".
    /// - Throws: where there is not so much.
    package static func check(_ bytes: Int, for purpose: String, remedy: String) throws(NetworkError) {
        guard bytes >= smallest, let free = available(), bytes > free else { return }
        throw NetworkError(
            "\(text(bytes)) of memory are needed for \(purpose); \(text(free)) are free.", remedy: remedy)
    }

    /// Units: bytes that this process can still take; nil where the system does not say.
    package static func available() -> Int? {
        [machine(), container(), addressSpace()].compactMap { $0 }.min()
    }

    /// Floats in bytes, or the largest number there is where the product is larger still.
    package static func bytes(floats counts: Int...) -> Int {
        var product = MemoryLayout<Float>.stride
        for count in counts {
            let (value, overflows) = product.multipliedReportingOverflow(by: count)
            if overflows { return .max }
            product = value
        }
        return product
    }

    private static func machine() -> Int? {
        guard let info = read("/proc/meminfo") else { return nil }
        var total: Int?
        for line in info.split(separator: "\n") {
            let words = line.split { $0 == " " || $0 == ":" }
            guard words.count >= 2, words[0] == "MemAvailable" || words[0] == "SwapFree", let value = Int(words[1]) else {
                continue
            }
            total = (total ?? 0) + value * 1024
        }
        return total
    }

    /// What the control group that the process is in, or one above it, still allows.
    private static func container() -> Int? {
        guard let groups = read("/proc/self/cgroup"),
            let line = groups.split(separator: "\n").first(where: { $0.hasPrefix("0::") })
        else { return nil }
        var path = String(line.dropFirst(3))
        var least: Int?
        while true {
            let folder = "/sys/fs/cgroup" + (path == "/" ? "" : path)
            if let limit = number("\(folder)/memory.max"), let used = number("\(folder)/memory.current") {
                // What is only kept of files goes when others need it.
                let kept = read("\(folder)/memory.stat")?.split(separator: "\n").first { $0.hasPrefix("inactive_file ") }
                    .flatMap { Int($0.dropFirst("inactive_file ".count)) }
                least = min(least ?? .max, max(0, limit - used + (kept ?? 0)))
            }
            guard let slash = path.lastIndex(of: "/"), path.count > 1 else { return least }
            path = slash == path.startIndex ? "/" : String(path[..<slash])
        }
    }

    /// `ulimit -v`.
    private static func addressSpace() -> Int? {
        var limit = rlimit()
        guard getrlimit(__rlimit_resource_t(RLIMIT_AS.rawValue), &limit) == 0, limit.rlim_cur < UInt64(Int.max),
            let pages = read("/proc/self/statm")?.split(separator: " ").first.flatMap({ Int($0) })
        else { return nil }
        return max(0, Int(limit.rlim_cur) - pages * sysconf(Int32(_SC_PAGESIZE)))
    }

    private static func number(_ path: String) -> Int? { read(path).flatMap { Int($0.split(separator: "\n").first ?? "") } }

    private static func read(_ path: String) -> String? {
        let fd = open(path, O_RDONLY | O_CLOEXEC)
        guard fd >= 0 else { return nil }
        defer { close(fd) }
        var bytes = [UInt8](repeating: 0, count: 16384)
        let count = Glibc.read(fd, &bytes, bytes.count)
        return count > 0 ? String(decoding: bytes[..<count], as: UTF8.self) : nil
    }

    private static func text(_ bytes: Int) -> String {
        bytes < 10_000_000_000 ? "\(bytes / 1_000_000) MB" : "\(bytes / 1_000_000_000) GB"
    }
}
