/// What COCO's JSON says of pictures and their masks.
struct COCODocument: Codable {
    struct Image: Codable {
        var id: Int
        /// Nil where a program left them out.
        var width: Int?
        var height: Int?
        var file_name: String
    }

    struct Category: Codable {
        var id: Int
        var name: String
    }

    struct Annotation: Codable {
        var id: Int?
        var image_id: Int
        var category_id: Int
        /// Nil for a box alone.
        var segmentation: Segmentation?
        /// Written, never read: programs put texts, truth values and NaN here.
        var area: Double?
        var bbox: [Double]?
        var iscrowd: Int?
    }

    enum Segmentation: Codable {
        /// Height, width.
        case runs([Int], size: [Int])
        case polygons([[Double]])
        /// Of no form that is known here.
        case unknown

        /// Whether it can have a pixel: programs write an object that is a box alone with polygons of fewer than three corners, or none.
        var isMask: Bool { if case .polygons(let polygons) = self { polygons.contains { $0.count >= 6 } } else { true } }

        private enum Key: String, CodingKey { case counts, size }

        init(from decoder: any Decoder) throws {
            let plain = try decoder.singleValueContainer()
            if let polygons = try? plain.decode([[Double]].self) {
                self = .polygons(polygons)
            } else if let polygon = try? plain.decode([Double].self) {
                self = .polygons([polygon])
            } else if let mask = try? decoder.container(keyedBy: Key.self),
                let size = try? mask.decode([Int].self, forKey: .size),
                let counts = (try? mask.decode([Int].self, forKey: .counts))
                    ?? (try? mask.decode(String.self, forKey: .counts)).flatMap(RunLengths.parse)
            {
                self = .runs(counts, size: size)
            } else {
                self = .unknown
            }
        }

        func encode(to encoder: any Encoder) throws {
            switch self {
            case .polygons(let polygons):
                var container = encoder.singleValueContainer()
                try container.encode(polygons)
            case .runs(let counts, let size):
                var mask = encoder.container(keyedBy: Key.self)
                try mask.encode(counts, forKey: .counts)
                try mask.encode(size, forKey: .size)
            case .unknown:
                var container = encoder.singleValueContainer()
                try container.encodeNil()
            }
        }
    }

    var images: [Image]
    var annotations: [Annotation]
    var categories: [Category]
}

extension COCODocument.Annotation {
    init(from decoder: any Decoder) throws {
        let object = try decoder.container(keyedBy: CodingKeys.self)
        // A text is none that a mask is named by here.
        id = try? object.decode(Int.self, forKey: .id)
        image_id = try object.decode(Int.self, forKey: .image_id)
        category_id = try object.decode(Int.self, forKey: .category_id)
        segmentation = try object.decodeIfPresent(COCODocument.Segmentation.self, forKey: .segmentation)
    }
}
