import CFFmpeg

/// Says why a source cannot be opened, and what to look at.
enum OpenFailure {
    static func error(_ name: String, _ result: Int32, _ interruption: Interruption) -> VideoError {
        if interruption.isCancelled { return cancelled(name) }
        if interruption.isOverdue {
            return VideoError("Cannot open \(name): nothing came in time.", remedy: "Is the camera on, and its address right?")
        }
        return VideoError("Cannot open \(name): \(FFmpeg.text(result)).", remedy: remedy(for: result, name))
    }

    static func cancelled(_ name: String) -> VideoError { VideoError("Opening \(name) was cancelled.") }

    private static func remedy(for result: Int32, _ name: String) -> String {
        switch result {
        case FFmpeg.unauthorized, FFmpeg.forbidden: "Are the user and the password in its address right?"
        case FFmpeg.notFound: "Is the path in its address right?"
        // FFmpeg's word for a name that cannot be resolved is an input or output error.
        case -ECONNREFUSED, -EHOSTUNREACH, -ENETUNREACH, -ETIMEDOUT, -EIO: "Is the camera on, and its address right?"
        case -EACCES: "May this user read it? Members of the group 'video' may, on most systems."
        case -EBUSY: "Does another program use it?"
        case -EINVAL where name.hasPrefix("/dev/"): "Does the camera offer that size, rate and format?"
        case -EINVAL: "Is it written rightly?"
        default: ""
        }
    }
}
