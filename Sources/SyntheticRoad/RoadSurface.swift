/// What a surface is made of: decides how it is painted.
enum RoadMaterial: UInt8 {
    case asphalt, kerb, paving, grass, facade, wall, roof, crown, trunk, metal, plate, planks, railing, hedge
    case paint, glass, carFront, carRear, carSide, tyre, lamp, cloth, backdrop

    /// Whether shadows are cast on it.
    var isGround: Bool { self == .asphalt || self == .kerb || self == .paving || self == .grass }
    /// Whether parts of it are open, to be seen through.
    var isCutOut: Bool { self == .crown || self == .backdrop }
}

/// What a surface is painted with.
struct RoadPaint {
    var material: RoadMaterial
    var label: UInt8
    var color: SIMD3<Float>
    var seed: UInt32 = 0
    /// Sizes and switches whose meaning is the material's.
    var detail = SIMD4<Float>()
}

/// A flat surface as the camera sees it: 1/depth, u/depth and v/depth are linear over the picture.
///
/// Shape: each plane is (change per sample to the right, change per sample down, value at the origin).
struct RoadSurface {
    var inverseDepth: SIMD3<Float>
    var u: SIMD3<Float>
    var v: SIMD3<Float>
    var light: SIMD3<Float>
    var paint: RoadPaint
}

/// CamVid's class indices, by name.
enum RoadClass {
    static let sky: UInt8 = 0
    static let building: UInt8 = 1
    static let pole: UInt8 = 2
    static let road: UInt8 = 3
    static let pavement: UInt8 = 4
    static let tree: UInt8 = 5
    static let sign: UInt8 = 6
    static let fence: UInt8 = 7
    static let car: UInt8 = 8
    static let pedestrian: UInt8 = 9
    static let bicyclist: UInt8 = 10
}
