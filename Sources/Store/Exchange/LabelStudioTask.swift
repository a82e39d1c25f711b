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
        /// Nil for what is no mark in the picture, such as a relation of two marks.
        var value: Value?

        var isBrush: Bool { value?.brushlabels?.isEmpty == false }
    }

    struct Answer: Codable {
        var model_version: String?
        var was_cancelled: Bool?
        var updated_at: Text?
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
    /// What people did; see `newest`.
    var annotations: [Answer]?
    /// What models did, for people to start from. Written, never read: exports may have numbers here.
    var predictions: [Answer]?
}

extension LabelStudioTask {
    init(from decoder: any Decoder) throws {
        let task = try decoder.container(keyedBy: CodingKeys.self)
        data = try task.decode([String: Text].self, forKey: .data)
        file_upload = try task.decodeIfPresent(String.self, forKey: .file_upload)
        annotations = try task.decodeIfPresent([Answer].self, forKey: .annotations)
    }

    /// What may name the picture: 'image', then the other texts by their keys, then the uploaded file.
    var names: [String] {
        let others = data.filter { $0.key != "image" }.sorted { $0.key < $1.key }.map(\.value)
        return ([data["image"]] + others).compactMap { $0?.value } + [file_upload].compactMap(\.self)
    }

    /// The newest annotation with brush masks that was not cancelled; without any, the newest.
    var newest: Answer? {
        let answers = (annotations ?? []).filter { $0.was_cancelled != true }
        let inOrder = answers.enumerated().sorted {
            ($0.element.updated_at?.value ?? "", $0.offset) < ($1.element.updated_at?.value ?? "", $1.offset)
        }.map(\.element)
        return inOrder.last { $0.result.contains(where: \.isBrush) } ?? inOrder.last
    }
}

// Marks of other kinds have what they like in the same places: that spoils no brush mask beside them.

extension LabelStudioTask.Value {
    init(from decoder: any Decoder) throws {
        let value = try decoder.container(keyedBy: CodingKeys.self)
        format = try? value.decode(String.self, forKey: .format)
        rle = try? value.decode([Int].self, forKey: .rle)
        brushlabels = try? value.decode([String].self, forKey: .brushlabels)
    }
}

extension LabelStudioTask.Result {
    init(from decoder: any Decoder) throws {
        let result = try decoder.container(keyedBy: CodingKeys.self)
        func read<Field: Decodable>(_ key: CodingKeys) -> Field? { try? result.decode(Field.self, forKey: key) }
        (id, type, from_name, to_name) = (read(.id), read(.type), read(.from_name), read(.to_name))
        (original_width, original_height) = (read(.original_width), read(.original_height))
        image_rotation = read(.image_rotation) ?? (read(.image_rotation) as String?).flatMap { Double($0) }
        value = read(.value)
    }
}

extension LabelStudioTask.Answer {
    init(from decoder: any Decoder) throws {
        let answer = try decoder.container(keyedBy: CodingKeys.self)
        model_version = try? answer.decode(String.self, forKey: .model_version)
        was_cancelled = try? answer.decode(Bool.self, forKey: .was_cancelled)
        updated_at = try answer.decodeIfPresent(LabelStudioTask.Text.self, forKey: .updated_at)
        result = try answer.decodeIfPresent([LabelStudioTask.Result].self, forKey: .result) ?? []
    }
}
