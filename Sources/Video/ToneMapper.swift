import CFFmpeg
import Glibc

/// Turns pictures of high dynamic range, or of wider colours than BT.709's, into those that an ordinary screen shows.
///
/// Code values become light relative to an ordinary screen's white of 100 cd/m² (ITU-R BT.2035), by SMPTE ST 2084 (PQ), by
/// ARIB STD-B67 with BT.2100's system gamma for a screen of 1000 cd/m² (HLG), or by BT.1886's power of 2.4. Colours go to
/// BT.709's primaries. Light up to 58 % of that white stays as it is; above, the largest of a pixel's three values is bent so that
/// the rest of the range fits, and the other two go with it, which keeps the hue.
///
/// Threading: one thread at a time.
final class ToneMapper {
    enum Curve: Equatable { case pq, hlg, ordinary }
    enum Primaries: Equatable { case bt2020, p3, bt709 }

    struct Kind: Equatable {
        var curve: Curve
        var primaries: Primaries
    }

    let kind: Kind
    private static let steps = 4096
    private static let white: Float = 100
    /// In BT.1886's code values, 0…1.
    private static let knee: Float = 0.8

    /// Light of a code value's upper 12 bits; of HLG before its system gamma.
    private let light: [Float]
    /// What HLG's system gamma multiplies light with, by the square root of the pixel's luminance; else empty.
    private let systemGamma: [Float]
    /// What a pixel is multiplied with, by the square root of its largest value over `brightest`.
    private let bend: [Float]
    private let brightest: Float
    /// Code values by the square root of light.
    private let code: [UInt8]
    private let matrix: [Float]

    init(_ kind: Kind) {
        self.kind = kind
        let places = (0..<Self.steps).map { Float($0) / Float(Self.steps - 1) }
        light = places.map { Self.light($0, kind.curve) }
        systemGamma = kind.curve == .hlg ? places.map { 1000 / Self.white * powf($0 * $0, 0.2) } : []
        brightest = kind.curve == .pq ? 10_000 / Self.white : kind.curve == .hlg ? 1000 / Self.white : 1
        bend = places.map { [brightest] place in kind.curve == .ordinary ? 1 : Self.bend(place * place * brightest) }
        code = places.map { UInt8(nearest: Double(powf($0 * $0, 1 / 2.4)) * 255) }
        matrix = Self.matrix(kind.primaries)
    }

    /// What a picture says of its colours; nil where it needs no mapping, or says nothing.
    static func kind(of frame: AVFrame) -> Kind? {
        let curve: Curve =
            switch frame.color_trc {
            case AVCOL_TRC_SMPTE2084: .pq
            case AVCOL_TRC_ARIB_STD_B67: .hlg
            default: .ordinary
            }
        let primaries: Primaries =
            switch frame.color_primaries {
            case AVCOL_PRI_BT2020: .bt2020
            case AVCOL_PRI_SMPTE431, AVCOL_PRI_SMPTE432: .p3
            // HDR without a word about its primaries is BT.2100's.
            case AVCOL_PRI_UNSPECIFIED where curve != .ordinary: .bt2020
            default: .bt709
            }
        return curve == .ordinary && primaries == .bt709 ? nil : Kind(curve: curve, primaries: primaries)
    }

    /// Maps a picture.
    ///
    /// Shape: `source` holds rows of `width` pixels of three 16-bit values, `sourceRowBytes` apart; `target` rows of three bytes.
    func map(
        _ source: UnsafeRawPointer, sourceRowBytes: Int, to target: UnsafeMutablePointer<UInt8>, rowBytes: Int, width: Int,
        height: Int
    ) {
        light.withUnsafeBufferPointer { light in
            bend.withUnsafeBufferPointer { bend in
                code.withUnsafeBufferPointer { code in
                    for row in 0..<height {
                        let from = (source + row * sourceRowBytes).assumingMemoryBound(to: UInt16.self)
                        mapRow(from, to: target + row * rowBytes, width: width, light, bend, code)
                    }
                }
            }
        }
    }

    private func mapRow(
        _ from: UnsafePointer<UInt16>, to: UnsafeMutablePointer<UInt8>, width: Int, _ light: UnsafeBufferPointer<Float>,
        _ bend: UnsafeBufferPointer<Float>, _ code: UnsafeBufferPointer<UInt8>
    ) {
        let last = Float(Self.steps - 1)
        let (m0, m1, m2) = (matrix[0], matrix[1], matrix[2])
        let (m3, m4, m5) = (matrix[3], matrix[4], matrix[5])
        let (m6, m7, m8) = (matrix[6], matrix[7], matrix[8])
        for x in 0..<width {
            let pixel = from + 3 * x
            var (r, g, b) = (light[Int(pixel[0] >> 4)], light[Int(pixel[1] >> 4)], light[Int(pixel[2] >> 4)])
            if kind.curve == .hlg {
                let luminance = 0.2627 * r + 0.678 * g + 0.0593 * b
                let gain = systemGamma[Int(min(luminance.squareRoot(), 1) * last)]
                (r, g, b) = (r * gain, g * gain, b * gain)
            }
            (r, g, b) = (m0 * r + m1 * g + m2 * b, m3 * r + m4 * g + m5 * b, m6 * r + m7 * g + m8 * b)
            let largest = max(r, max(g, b))
            let gain = bend[Int(min(max(largest, 0) / brightest, 1).squareRoot() * last)]
            let out = to + 3 * x
            out[0] = code[Int(min(max(r * gain, 0), 1).squareRoot() * last)]
            out[1] = code[Int(min(max(g * gain, 0), 1).squareRoot() * last)]
            out[2] = code[Int(min(max(b * gain, 0), 1).squareRoot() * last)]
        }
    }

    private static func light(_ code: Float, _ curve: Curve) -> Float {
        switch curve {
        case .ordinary: return powf(code, 2.4)
        case .hlg: return code <= 0.5 ? code * code / 3 : (expf((code - 0.55991073) / 0.17883277) + 0.28466892) / 12
        case .pq:
            let power = powf(code, 1 / 78.84375)
            let base = max(power - 0.8359375, 0) / (18.8515625 - 18.6875 * power)
            return powf(base, 1 / 0.1593017578125) * 10_000 / white
        }
    }

    /// An exponential shoulder in code values: it leaves the knee with slope one and comes ever nearer to white.
    private static func bend(_ light: Float) -> Float {
        let code = powf(light, 1 / 2.4)
        if code <= knee { return 1 }
        let bent = knee + (1 - knee) * (1 - expf((knee - code) / (1 - knee)))
        return powf(bent / code, 2.4)
    }

    /// From light of these primaries to that of BT.709's; all have D65 as white.
    private static func matrix(_ primaries: Primaries) -> [Float] {
        switch primaries {
        case .bt2020: [1.6605, -0.5876, -0.0728, -0.1246, 1.1329, -0.0083, -0.0182, -0.1006, 1.1187]
        case .p3: [1.2249, -0.2247, 0, -0.042, 1.0419, 0, -0.0197, -0.0786, 1.0979]
        case .bt709: [1, 0, 0, 0, 1, 0, 0, 0, 1]
        }
    }
}
