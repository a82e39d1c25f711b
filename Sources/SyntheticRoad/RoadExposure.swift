import NeuralNetwork
import Video

/// Turns light into a picture as a dashboard camera does: glare, softness, vignette, noise, rain, tone curve.
// Pointers: buffers of width × height, owned here, allocated in `init` and freed in `deinit`.
final class RoadExposure {
    let width: Int
    let height: Int
    /// Shape: height × width; linear light.
    let light: UnsafeMutablePointer<SIMD3<Float>>
    private let falloff: UnsafeMutablePointer<Float>
    private let camera: RoadCamera

    init(width: Int, height: Int, camera: RoadCamera) {
        self.width = width
        self.height = height
        self.camera = camera
        light = .allocate(capacity: width * height)
        light.initialize(repeating: SIMD3(), count: width * height)
        falloff = .allocate(capacity: width * height)
        let (cx, cy) = (Float(width) / 2, Float(height) / 2)
        for y in 0..<height {
            for x in 0..<width {
                let (dx, dy) = ((Float(x) - cx) / cx, (Float(y) - cy) / cx)
                (falloff + y * width + x).initialize(to: 1 - camera.vignette * (dx * dx + dy * dy))
            }
        }
    }

    deinit {
        light.deallocate()
        falloff.deallocate()
    }

    /// Adds the glare of a lamp around a pixel, `tall` times as high as wide.
    func glare(column: Float, row: Float, radius: Float, tall: Float = 1, color: SIMD3<Float>) {
        let reach = min(radius, Float(width) / 7)
        guard reach > 0.7 else { return }
        let (left, right) = (max(0, Int(column - reach)), min(width - 1, Int(column + reach)))
        let (top, bottom) = (max(0, Int(row - reach * tall)), min(height - 1, Int(row + reach * tall)))
        guard left <= right, top <= bottom else { return }
        for y in top...bottom {
            for x in left...right {
                let (dx, dy) = ((Float(x) - column) / reach, (Float(y) - row) / (reach * tall))
                let rest = 1 - (dx * dx + dy * dy)
                if rest > 0 { light[y * width + x] += color * (rest * rest * rest * rest * 0.8) }
            }
        }
    }

    /// Bright streaks of falling rain, new in every frame.
    func addRain(color: SIMD3<Float>, seed: UInt64) {
        var random = SplitMix64(seed: seed, 0xEE)
        for _ in 0..<(width * height / 700) {
            let nearness = random.uniform(0, 1)
            let long = Int(Float(height) * (0.012 + 0.05 * nearness * nearness))
            let strength = random.uniform(0.03, 0.12)
            var x = random.uniform(0, Float(width))
            let slant = random.uniform(-0.16, -0.04)
            let top = random.index(height)
            for y in top..<min(height, top + max(1, long)) {
                x += slant
                guard x >= 0, x < Float(width) else { break }
                let place = y * width + Int(x)
                light[place] = mix(light[place], color * 1.15, strength)
            }
        }
    }

    /// Writes the picture; the noise differs in every frame.
    func develop(exposure: Float, noise: Float, seed: UInt64, into image: RGBImage) {
        let bytes = image.bytes
        let soft = camera.softness / 4
        for y in 0..<height {
            let (above, below) = (max(0, y - 1) * width, min(height - 1, y + 1) * width)
            var state = seed &+ UInt64(y) &* 0xD134_2543_DE82_EF95
            for x in 0..<width {
                let place = y * width + x
                let (left, right) = (y * width + max(0, x - 1), y * width + min(width - 1, x + 1))
                let around = light[left] + light[right] + light[above + x] + light[below + x]
                let color = (light[place] * (1 - 4 * soft) + around * soft) * (exposure * falloff[place])
                state &+= 0x9E37_79B9_7F4A_7C15
                let bits = SplitMix64.scramble(state)
                let common = Float(Int(bits & 255) + Int(bits >> 8 & 255) - 255) * (noise / 180)
                let tint = SIMD3<Float>(Float(bits >> 16 & 255), Float(bits >> 24 & 255), Float(bits >> 32 & 255)) - 127.5
                let value = Self.tone(color) + common + tint * (noise / 320)
                bytes[place * 3] = UInt8(clamp(value.x) * 255 + 0.5)
                bytes[place * 3 + 1] = UInt8(clamp(value.y) * 255 + 0.5)
                bytes[place * 3 + 2] = UInt8(clamp(value.z) * 255 + 0.5)
            }
        }
    }

    /// Screen values of linear light, with a soft shoulder where a sensor saturates.
    @inline(__always)
    private static func tone(_ color: SIMD3<Float>) -> SIMD3<Float> {
        let root = pointwiseMax(color, SIMD3()).squareRoot()
        let over = pointwiseMax(root - 0.78, SIMD3())
        return pointwiseMin(root, SIMD3(repeating: 0.78)) + 0.23 * over / (over + 0.23)
    }
}
