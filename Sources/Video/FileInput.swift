import CFFmpeg
import Glibc

/// One open file or pipe as FFmpeg reads it: FFmpeg itself opens nothing, so a crafted file cannot make it open another.
///
/// Threading: the reading thread's; `interruption` ends a blocked read from any thread.
final class FileInput {
    let context: UnsafeMutablePointer<AVIOContext>
    /// A regular file; anything else is read once, in order.
    let isSeekable: Bool
    /// Units: bytes; 0 of what is no regular file.
    var size: Int64 { max(0, descriptor.seek(to: 0, whence: AVSEEK_SIZE)) }
    /// How many bytes have been read, of which the first are kept for those who wonder what they are.
    var received: Int { descriptor.received }
    var firstBytes: [UInt8] { descriptor.firstBytes }
    /// Why something of it could not be read, as on a failing disk; nil where all could. FFmpeg takes such a place for the end.
    var failure: String? { descriptor.failure.map { String(cString: strerror($0)) } }

    private let descriptor: Descriptor

    /// Opens `path`, or standard input where it is nil.
    init(path: String?, interruption: Interruption) throws(VideoError) {
        let name = path ?? "standard input"
        // Without O_NONBLOCK a FIFO that nobody writes to would block here, out of reach of `interruption`.
        let fd = path.map { open($0, O_RDONLY | O_CLOEXEC | O_NONBLOCK) } ?? dup(STDIN_FILENO)
        guard fd >= 0 else {
            throw VideoError.system("Cannot open \(name)", errno)
        }
        descriptor = Descriptor(fd, interruption)
        isSeekable = descriptor.isRegular
        let size: Int32 = 1 << 16
        guard let buffer = av_malloc(Int(size)),
            let context = avio_alloc_context(
                buffer.assumingMemoryBound(to: UInt8.self), size, 0, Unmanaged.passUnretained(descriptor).toOpaque(),
                { Unmanaged<Descriptor>.fromOpaque($0!).takeUnretainedValue().read(into: $1!, count: $2) }, nil,
                { Unmanaged<Descriptor>.fromOpaque($0!).takeUnretainedValue().seek(to: $1, whence: $2) })
        else { throw VideoError("Out of memory while opening \(name).") }
        self.context = context
        context.pointee.seekable = isSeekable ? AVIO_SEEKABLE_NORMAL : 0
    }

    /// Where stretches begin that are skipped. Units: bytes of the file.
    private(set) var skipped: [Int64] = []

    /// Gives the stretch of an MP4 out as a box that is to be skipped; it has room for a box's head.
    func skip(_ stretch: Range<Int64>) {
        skipped.append(stretch.lowerBound)
        let length = stretch.upperBound - stretch.lowerBound
        func bigEndian(_ number: Int64, _ count: Int) -> [UInt8] {
            (1...count).map { UInt8(truncatingIfNeeded: number >> (8 * (count - $0))) }
        }
        let isLong = length >= 1 << 32
        descriptor.patches.append(
            (stretch.lowerBound, bigEndian(isLong ? 1 : length, 4) + "free".utf8 + (isLong ? bigEndian(length, 8) : [])))
    }

    /// Bytes of a regular file, fewer at its end; what FFmpeg reads next stays as it was.
    func bytes(at offset: Int64, count: Int) -> [UInt8] { descriptor.bytes(at: offset, count: count) }

    deinit {
        av_free(context.pointee.buffer)
        var context: UnsafeMutablePointer<AVIOContext>? = context
        avio_context_free(&context)
    }
}

/// The file descriptor behind a `FileInput`; FFmpeg's callbacks hold it unretained while the input lives.
private final class Descriptor {
    let isRegular: Bool
    private let fd: Int32
    private let interruption: Interruption
    private(set) var received = 0
    private(set) var firstBytes: [UInt8] = []
    /// The errno of the first read that failed.
    private(set) var failure: Int32?
    /// What is given out in the place of the file's own bytes.
    var patches: [(offset: Int64, bytes: [UInt8])] = []

    init(_ fd: Int32, _ interruption: Interruption) {
        self.fd = fd
        self.interruption = interruption
        var status = stat()
        isRegular = fstat(fd, &status) == 0 && status.st_mode & S_IFMT == S_IFREG
    }

    deinit { close(fd) }

    /// The AVIO read callback: bytes read, or a negative error.
    func read(into buffer: UnsafeMutablePointer<UInt8>, count: Int32) -> Int32 {
        while true {
            if interruption.mustStop { return FFmpeg.exitRequested }
            if !isRegular {
                var request = pollfd(fd: fd, events: Int16(POLLIN), revents: 0)
                let ready = poll(&request, 1, 50)
                // A FIFO whose writer has not come yet is neither readable nor hung up.
                if ready == 0 || (ready < 0 && errno == EINTR) { continue }
            }
            let got = Glibc.read(fd, buffer, Int(count))
            if got > 0 {
                if firstBytes.count < 64 {
                    firstBytes += UnsafeBufferPointer(start: buffer, count: min(got, 64 - firstBytes.count))
                }
                received += got
                if !patches.isEmpty {
                    patch(UnsafeMutableBufferPointer(start: buffer, count: got), at: Int64(lseek(fd, 0, SEEK_CUR)) - Int64(got))
                }
                return Int32(got)
            }
            if got == 0 { return FFmpeg.endOfFile }
            if errno != EINTR && errno != EAGAIN {
                let number = errno
                failure = failure ?? number
                return -number
            }
        }
    }

    func bytes(at offset: Int64, count: Int) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: count)
        let got = pread(fd, &bytes, count, off_t(offset))
        bytes.removeLast(count - max(0, got))
        bytes.withUnsafeMutableBufferPointer { patch($0, at: offset) }
        return bytes
    }

    private func patch(_ bytes: UnsafeMutableBufferPointer<UInt8>, at offset: Int64) {
        for patch in patches {
            let start = max(offset, patch.offset)
            let end = min(offset + Int64(bytes.count), patch.offset + Int64(patch.bytes.count))
            guard start < end else { continue }
            for place in start..<end { bytes[Int(place - offset)] = patch.bytes[Int(place - patch.offset)] }
        }
    }

    /// The AVIO seek callback: the new position (or the size), or a negative error.
    func seek(to offset: Int64, whence: Int32) -> Int64 {
        guard isRegular else { return Int64(-ESPIPE) }
        if whence & AVSEEK_SIZE != 0 {
            var status = stat()
            return fstat(fd, &status) == 0 ? Int64(status.st_size) : Int64(-errno)
        }
        let position = lseek(fd, off_t(offset), whence & ~AVSEEK_FORCE)
        return position < 0 ? Int64(-errno) : Int64(position)
    }
}
