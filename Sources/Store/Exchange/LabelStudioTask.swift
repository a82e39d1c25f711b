/// A task of Label Studio's JSON, as far as brush masks need it.
struct LabelStudioTask: Codable {
    struct Value: Codable {
        var format: String?
        /// Packed runs, one number a byte.
        var rle: [Int]?
        var brushlabels: [String]?
    }

    struct Result: Codable {
        var id: String?
        var type: String?
        var from_name: String?
        var to_name: String?
        var original_width: Int?
        var original_height: Int?
        var image_rotation: Double?
        var value: Value
    }

    struct Answer: Codable {
        var model_version: String?
        var was_cancelled: Bool?
        var result: [Result]
    }

    /// A value of a task's data; other things than texts do not matter here.
    struct Text: Codable, ExpressibleByStringLiteral {
        var value: String?

        init(stringLiteral value: String) { self.value = value }
        init(_ value: String) { self.value = value }
        init(from decoder: any Decoder) throws { value = try? decoder.singleValueContainer().decode(String.self) }

        func encode(to encoder: any Encoder) throws {
            var container = encoder.singleValueContainer()
            try container.encode(value)
        }
    }

    /// Where the picture is, by the name in the labeling configuration.
    var data: [String: Text]
    var file_upload: String?
    /// What people did; the last that was not cancelled counts.
    var annotations: [Answer]?
    var predictions: [Answer]?
}
