import Glibc

extension CamberError {
    /// What the system said about a call that failed.
    ///
    /// - Parameters:
    ///   - problem: what could not be done, without a full stop.
    ///   - number: the call's errno.
    ///   - remedy: for errors that need no advice of their own.
    public static func system(_ problem: String, _ number: Int32 = errno, remedy: String = "") -> CamberError {
        let (code, advice): (ErrorCode, String) =
            switch number {
            case ENOSPC, EDQUOT: (.noSpace, "Make room on this disk; nothing is lost, and a daemon goes on by itself.")
            case EROFS:
                (.readOnly, "Is the disk failing? 'dmesg' tells. A service may write only where its unit's ReadWritePaths= say.")
            case EACCES, EPERM: (.notPermitted, "Is this the right user?")
            case ENOENT: (.missing, remedy)
            case EWOULDBLOCK: (.busy, remedy)
            default: (.failed, remedy)
            }
        return CamberError("\(problem): \(String(cString: strerror(number))).", remedy: advice, code: code)
    }
}
