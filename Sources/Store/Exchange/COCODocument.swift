/// What COCO's JSON says of pictures and their masks.
struct COCODocument: Codable {
    struct Image: Codable {
        var id: Int
        var width: Int
        var height: Int
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
        var area: Double?
        var bbox: [Double]?
        var iscrowd: Int?
    }

    enum Segmentation: Codable {
        /// Height, width.
        case runs([Int], size: [Int])
        case polygons([[Double]])

        private enum Key: String, CodingKey { case counts, size }

        init(from decoder: any Decoder) throws {
            if let polygons = try? decoder.singleValueContainer().decode([[Double]].self) {
                self = .polygons(polygons)
                return
            }
            let mask = try decoder.container(keyedBy: Key.self)
            let size = try mask.decode([Int].self, forKey: .size)
            if let counts = try? mask.decode([Int].self, forKey: .counts) {
                self = .runs(counts, size: size)
                return
            }
            guard let counts = RunLengths.parse(try mask.decode(String.self, forKey: .counts)) else {
                throw DecodingError.dataCorruptedError(forKey: .counts, in: mask, debugDescription: "no run lengths")
            }
            self = .runs(counts, size: size)
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
            }
        }
    }

    var images: [Image]
    var annotations: [Annotation]
    var categories: [Category]
}
