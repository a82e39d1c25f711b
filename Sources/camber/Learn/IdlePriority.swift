import Foundation
import Live
import Threads

/// For work that must never be in the way of anything else.
enum IdlePriority {
    /// Takes the processor and the disk only where nobody else wants them: a thread of the idle class has idle I/O, too, where
    /// no other was set (ioprio_set(2)). Where memory runs out, this process is the first to go.
    ///
    /// Threading: before any thread is started; later ones inherit it.
    static func take() {
        ThreadPriority.yieldToOthers()
        try? Data("1000".utf8).write(to: URL(fileURLWithPath: "/proc/self/oom_score_adj"))
    }
}
