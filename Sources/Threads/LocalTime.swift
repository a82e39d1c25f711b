import Glibc

/// Times as the clocks on the wall show them.
public enum LocalTime {
    /// The time zone is the computer's now, also where it was set after the start.
    ///
    /// - Parameter seconds: since 1970.
    public static func parts(of seconds: time_t) -> tm {
        tzset()
        var (seconds, parts) = (seconds, tm())
        localtime_r(&seconds, &parts)
        return parts
    }
}
