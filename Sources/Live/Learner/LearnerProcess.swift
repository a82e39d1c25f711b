import Foundation

/// The learner as a process of its own, one at a time; it writes to this process's standard error.
///
/// Threading: one thread.
public final class LearnerProcess {
    /// Program and arguments.
    private let command: [String]
    public private(set) var pid: pid_t?

    public init(_ command: [String]) {
        precondition(!command.isEmpty, "a command without a program")
        self.command = command
    }

    /// - Throws: where one is running, or the system starts none.
    public func start() throws(LiveError) {
        if let pid { throw LiveError("The learner is running as process \(pid).", remedy: "One cycle at a time.") }
        var arguments = command.map { strdup($0) }
        defer { for argument in arguments { free(argument) } }
        arguments.append(nil)
        // These are meant for the service's own process.
        let own = ["NOTIFY_SOCKET", "WATCHDOG_PID", "WATCHDOG_USEC", "LISTEN_FDS", "LISTEN_PID", "LISTEN_FDNAMES"]
        var variables = ProcessInfo.processInfo.environment.filter { !own.contains($0.key) }.map { strdup("\($0)=\($1)") }
        defer { for variable in variables { free(variable) } }
        variables.append(nil)
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        // Results are the daemon's to print: what the learner says is a log. Whatever else is open here, sockets and cameras
        // that libraries have opened too, is the daemon's alone.
        posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        posix_spawn_file_actions_adddup2(&actions, 2, 1)
        for descriptor in 3...Self.highestDescriptor { posix_spawn_file_actions_addclose(&actions, descriptor) }
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        // Whatever thread starts it: signals that this one has blocked must end the learner.
        var none = sigset_t()
        sigemptyset(&none)
        posix_spawnattr_setsigmask(&attributes, &none)
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK))
        var child = pid_t()
        let status = posix_spawn(&child, command[0], &actions, &attributes, arguments, variables)
        guard status == 0 else { throw LiveError("\(command[0]) cannot be started: \(String(cString: strerror(status))).") }
        pid = child
    }

    /// Above all that is open, and what other threads may open meanwhile. The call that closes all is hidden from Swift;
    /// closing what is not open is no error.
    private static var highestDescriptor: Int32 {
        let open = (try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd")) ?? []
        return (open.compactMap { Int32($0) }.max() ?? 1023) + 256
    }

    /// How it ended, once: nil while it runs, and where none was started. True where it ended well.
    public func ended() -> (well: Bool, text: String)? {
        guard let pid else { return nil }
        var status: Int32 = 0
        let answer = waitpid(pid, &status, WNOHANG)
        if answer == 0 || (answer < 0 && errno == EINTR) { return nil }
        self.pid = nil
        if answer < 0 { return (false, "nobody knows how") }
        // The shell's macros for these are hidden from Swift.
        let signal = status & 0x7f
        if signal != 0 { return (false, "signal \(signal)") }
        let code = (status >> 8) & 0xff
        return (code == 0, "exit \(code)")
    }

    /// Asks it to stop; it goes on from its checkpoint when it is started again.
    public func terminate() {
        if let pid { kill(pid, SIGTERM) }
    }
}
