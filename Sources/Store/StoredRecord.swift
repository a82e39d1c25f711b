/// What the file of a record turned out to be.
enum StoredRecord<Value> {
    /// There is none.
    case absent
    case read(Value)
    /// It is there and says nothing to this program. Whoever finds one leaves it as it is.
    ///
    /// `isDamaged`: all of it was read, and no version of Camber wrote it so.
    case unreadable(reason: String, isDamaged: Bool)

    var value: Value? {
        if case .read(let value) = self { return value }
        return nil
    }
}

extension StoreFolder {
    /// Reads a record.
    ///
    /// - Parameters:
    ///   - format: the newest that this program reads; nil for records without one.
    ///   - isSound: whether what was read can be believed.
    func record<Value: Decodable>(
        _ name: String, _ type: Value.Type, format: Int?, atMost limit: Int, isSound: (Value) -> Bool
    ) -> StoredRecord<Value> {
        let bytes: [UInt8]
        do throws(StoreError) {
            guard try status(name) != nil else { return .absent }
            bytes = try read(name, atMost: limit)
        } catch {
            // It may have been removed meanwhile; any other reason says nothing about what the file holds.
            if case .success(nil) = Result(catching: { () throws(StoreError) in try status(name) }) { return .absent }
            return .unreadable(reason: error.problem, isDamaged: false)
        }
        if let value = StoreJSON.decode(type, bytes), isSound(value) { return .read(value) }
        if let format, let found = StoreJSON.decode(RecordFormat.self, bytes)?.format, found > format {
            return .unreadable(
                reason: "It has format \(found), this program reads up to \(format): a newer Camber wrote it.", isDamaged: false)
        }
        return .unreadable(reason: "It is damaged, or no record.", isDamaged: true)
    }
}

/// What every version of a record says of itself.
private struct RecordFormat: Decodable {
    var format: Int
}
