import CFFmpeg

/// What a recording's header promises, by which its end shows whether it was cut short.
extension Demuxer {
    /// How many packets of the container's own table were never read; 0 where it has none.
    var missingPackets: Int { hasTable ? max(0, Int(avformat_index_get_entries_count(stream)) - packetCount) : 0 }

    /// How many packets are there to be shown, without those that an edit list leaves out; nil where no table tells.
    var shownPackets: Int? {
        let count = avformat_index_get_entries_count(stream)
        // Fragments bring theirs along the way, and say zero frames at first.
        guard hasTable, count > 0, stream.pointee.nb_frames > 0 else { return nil }
        return (0..<count).count { (avformat_index_get_entry(stream, $0)?.pointee.flags ?? 0) & AVINDEX_DISCARD_FRAME == 0 }
    }

    /// Only in MP4 the table of packets stands apart from them, and is whole from the start.
    private var hasTable: Bool { String(cString: context.pointee.iformat.pointee.name).hasPrefix("mov") }

    /// How much earlier the video ended than the header says; nil where it says nothing, or nothing to rely on.
    ///
    /// Units: seconds; below 0 where there was more.
    ///
    /// - Parameter decodedEnd: of the last picture that was decoded. Units: seconds.
    func shortage(decodedEnd: Double) -> Double? {
        switch String(cString: context.pointee.iformat.pointee.name) {
        case "asf": asfEnd.map { $0 - packetEnd }
        case "avi": aviEnd.map { $0 - packetEnd }
        // The time of the whole file: sound may go on for longer than the pictures.
        case "flv": saysDuration ? Double(context.pointee.duration) / Double(AV_TIME_BASE) - latestEnd : nil
        case "ivf", "mxf", "gxf", "rm":
            saysDuration
                ? Double(stream.pointee.duration) * Rational(stream.pointee.time_base).value - packetEnd : nil
        default: taggedEnd.map { $0 - decodedEnd }
        }
    }

    /// Where a second MP4 begins that was joined to this one, which has a table of its own: nothing of it is read, or of one of fragments
    /// the first one's over again. Nil where none does, and where its fragments go on with the first one's.
    ///
    /// Units: bytes of the file.
    var joinedStart: Int64? {
        guard hasTable, let input, input.isSeekable else { return nil }
        let boxes = Array(TopBoxes(input))
        guard let first = boxes.firstIndex(where: { $0.kind == "ftyp" }),
            let second = boxes[(first + 1)...].firstIndex(where: { $0.kind == "ftyp" }),
            !extents.goesOn(to: boxes[second].start, in: stream.pointee.index)
        else { return nil }
        let isWhole = [boxes[..<second], boxes[second...]].allSatisfy { $0.contains { $0.kind == "moov" } }
        return isWhole ? boxes[second].start : nil
    }

    /// Something other than the header says too that there should be more.
    var endsAbruptly: Bool { isCutThrough || endIsPresumed || endsWithinChunk || log.isCutOff }

    /// Whether the file ends within a picture, or within a packet of one, of formats that have neither a length nor a table.
    var endsWithinPicture: Bool {
        guard let input, input.isSeekable, packetCount > 0 else { return false }
        switch String(cString: context.pointee.iformat.pointee.name) {
        // FFmpeg leaves out the last picture where it is not whole.
        case "yuv4mpegpipe": return packetEndPosition < input.size
        case "gif":
            let position = avio_seek(context.pointee.pb, 0, SEEK_CUR)
            return input.bytes(at: position - 1, count: 1) != [UInt8(ascii: ";")]
        case "apng": return input.bytes(at: max(0, input.size - 64), count: 64).firstRange(of: Array("IEND".utf8)) == nil
        case "mpegts": return TransportPackets.endsWithinOne(input)
        default: return false
        }
    }

    /// The duration stands in the header, and is not FFmpeg's estimate.
    private var saysDuration: Bool {
        context.pointee.duration > 0 && context.pointee.duration_estimation_method == AVFMT_DURATION_FROM_STREAM
    }

    /// By the header of a Windows Media file that is shorter than it says there; FFmpeg forgets the duration of such. Sound may go on for
    /// longer than the pictures, so a whole file promises nothing.
    ///
    /// Source: Advanced Systems Format specification, 3.2, *File Properties Object*.
    private var asfEnd: Double? {
        guard let head = input?.bytes(at: 0, count: 4096), let place = head.firstRange(of: Self.asfProperties)?.lowerBound,
            head.count >= place + 92
        else { return nil }
        func number(_ offset: Int) -> Double {
            Double(head[place + offset..<place + offset + 8].reversed().reduce(0 as UInt64) { $0 << 8 | UInt64($1) })
        }
        let (isBroadcast, size) = (head[place + 88] & 1 != 0, number(40))
        // In tenths of a microsecond, with a time in milliseconds before the first picture.
        return !isBroadcast && size > Double(bytesRead) ? number(64) / 1e7 - number(80) / 1e3 : nil
    }

    private static let asfProperties: [UInt8] = [
        0xa1, 0xdc, 0xab, 0x8c, 0x47, 0xa9, 0xcf, 0x11, 0x8e, 0xe4, 0x00, 0xc0, 0x0c, 0x20, 0x53, 0x65,
    ]

    /// By the header's number of frames. Writers leave out frames that are like the one before, so it counts only where bytes are
    /// missing too.
    private var aviEnd: Double? {
        let count = stream.pointee.nb_frames
        guard count > 0, count < Self.unwrittenAVICount, endsWithinChunk else { return nil }
        return Double(count) * Rational(stream.pointee.time_base).value
    }

    /// What FFmpeg writes where it cannot go back to fill in the number of frames.
    private static let unwrittenAVICount: Int64 = 1 << 30

    /// The file ends before a RIFF chunk does. Large AVIs have one after the other; 0 and the largest size were never filled in.
    private var endsWithinChunk: Bool {
        var position: Int64 = 0
        while position < bytesRead {
            let head = chunkHead(at: position)
            guard head.count == 8, head.starts(with: "RIFF".utf8) else { return false }
            let size = head[4...].reversed().reduce(0 as Int64) { $0 << 8 | Int64($1) }
            guard size > 0, size < 0xffff_ffff else { return false }
            position += 8 + size
        }
        // A byte may have been added to make the number of bytes even.
        return position > bytesRead + 1
    }

    private func chunkHead(at position: Int64) -> [UInt8] {
        if let input, input.isSeekable { return input.bytes(at: position, count: 8) }
        let first = input?.firstBytes ?? web?.start ?? []
        return position == 0 ? Array(first.prefix(8)) : []
    }

    /// All bytes of a file, or those that came.
    private var bytesRead: Int64 {
        if let input { return input.isSeekable ? input.size : Int64(input.received) }
        return context.pointee.pb.map { avio_seek($0, 0, SEEK_CUR) } ?? 0
    }

    /// When the video ends by what a Matroska file says of this stream; nil where nothing does.
    ///
    /// Units: seconds. Matroska has no table of packets, so this alone shows that a file was cut short.
    private var taggedEnd: Double? {
        guard let entry = av_dict_get(stream.pointee.metadata, "DURATION", nil, 0), let text = entry.pointee.value else {
            return nil
        }
        // Hours, minutes and seconds: 00:01:02.500000000
        let parts = String(cString: text).split(separator: ":").map { Double($0) ?? .nan }
        let seconds = parts.count == 3 ? parts[0] * 3600 + parts[1] * 60 + parts[2] : .nan
        return seconds.isFinite ? seconds : nil
    }
}
