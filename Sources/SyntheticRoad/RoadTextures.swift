import NeuralNetwork

/// The few pictures that all materials are mixed from: soft noise, grain and tree crowns.
///
/// Threading: read only once made.
// Safe to share: the tables are written in `init` and only read afterwards; they live as long as the object.
final class RoadTextures: @unchecked Sendable {
    static let shared = RoadTextures()
    static let crowns = 5
    private static let side = 256
    private static let crownSide = 128
    private let soft: UnsafeMutablePointer<Float>
    private let grainy: UnsafeMutablePointer<Float>
    private let leaves: UnsafeMutablePointer<UInt8>

    private init() {
        soft = .allocate(capacity: Self.side * Self.side)
        grainy = .allocate(capacity: Self.side * Self.side)
        leaves = .allocate(capacity: Self.crowns * Self.crownSide * Self.crownSide)
        soft.initialize(repeating: 0, count: Self.side * Self.side)
        leaves.initialize(repeating: 0, count: Self.crowns * Self.crownSide * Self.crownSide)
        var random = SplitMix64(seed: 0xCA3B)
        for index in 0..<Self.side * Self.side { (grainy + index).initialize(to: random.uniform(0, 1)) }
        addOctaves()
        for crown in 0..<Self.crowns { paintCrown(crown) }
    }

    deinit {
        soft.deallocate()
        grainy.deallocate()
        leaves.deallocate()
    }

    private func addOctaves() {
        let side = Self.side
        for (cells, weight, row) in [(8, 0.5, 3), (16, 0.25, 71), (32, 0.15, 133), (64, 0.10, 190)] as [(Int, Float, Int)] {
            func lattice(_ x: Int, _ y: Int) -> Float { grainy[((y % cells + row) % side) * side + (x % cells) * 3 % side] }
            for y in 0..<side {
                for x in 0..<side {
                    let (fx, fy) = (Float(x * cells) / Float(side), Float(y * cells) / Float(side))
                    let (ix, iy) = (Int(fx), Int(fy))
                    let (tx, ty) = (fx - Float(ix), fy - Float(iy))
                    let (sx, sy) = (tx * tx * (3 - 2 * tx), ty * ty * (3 - 2 * ty))
                    let top = mix(lattice(ix, iy), lattice(ix + 1, iy), sx)
                    let bottom = mix(lattice(ix, iy + 1), lattice(ix + 1, iy + 1), sx)
                    soft[y * side + x] += weight * mix(top, bottom, sy)
                }
            }
        }
    }

    /// Clumps of leaves, the far and low ones first and darker, each lighter at its top.
    private func paintCrown(_ crown: Int) {
        var random = SplitMix64(seed: 0x1EAF, crown)
        let side = Self.crownSide
        let canvas = leaves + crown * side * side
        let lobes = (0..<(5 + crown)).map { _ in
            (x: random.uniform(-0.42, 0.42), y: random.uniform(-0.45, 0.42), radius: random.uniform(0.30, 0.52))
        }
        let count = 520
        for step in 0..<count {
            let lobe = lobes[random.index(lobes.count)]
            let (dx, dy) = (random.uniform(-1, 1), random.uniform(-1, 1))
            guard dx * dx + dy * dy < 1 else { continue }
            let (x, y) = (lobe.x + dx * lobe.radius, lobe.y + dy * lobe.radius)
            guard x * x + y * y < 0.86 else { continue }
            let nearness = Float(step) / Float(count)
            let light = 0.30 + 0.35 * nearness + 0.22 * y + random.uniform(-0.10, 0.10) - 0.10 * dx
            let radius = random.uniform(2.2, 6.5)
            let (cx, cy) = (64 + x * 61, 64 - y * 61)
            for py in max(0, Int(cy - radius))...min(side - 1, Int(cy + radius)) where Int(cx - radius) < side {
                for px in max(0, Int(cx - radius))...min(side - 1, max(0, Int(cx + radius))) {
                    let (ox, oy) = (Float(px) - cx, Float(py) - cy)
                    let rough = radius * radius * (0.45 + 0.55 * grainy[(py * 7 % 256) * 256 + px * 5 % 256])
                    guard ox * ox + oy * oy < rough else { continue }
                    let value = clamp(light - oy / radius * 0.14 + (grainy[py * 256 + px] - 0.5) * 0.16, 0.04, 1)
                    canvas[py * side + px] = UInt8(value * 255)
                }
            }
        }
    }

    /// Smooth noise, 0…1, that repeats every 256 units; linear between its points.
    @inline(__always)
    func smooth(_ x: Float, _ y: Float) -> Float {
        let (fx, fy) = (x.rounded(.down), y.rounded(.down))
        let (ix, iy) = (Int(fx) & 255, Int(fy) & 255)
        let (nx, ny) = ((ix + 1) & 255, (iy + 1) & 255)
        let (tx, ty) = (x - fx, y - fy)
        let top = mix(soft[iy << 8 | ix], soft[iy << 8 | nx], tx)
        let bottom = mix(soft[ny << 8 | ix], soft[ny << 8 | nx], tx)
        return mix(top, bottom, ty)
    }

    /// White noise, 0…1, one value a unit square.
    @inline(__always)
    func grain(_ x: Float, _ y: Float) -> Float {
        grainy[(Int(y.rounded(.down)) & 255) << 8 | (Int(x.rounded(.down)) & 255)]
    }

    /// A crown's brightness at u, v in 0…1 (v upwards), 0 where one sees through.
    @inline(__always)
    func crown(_ index: Int, _ u: Float, _ v: Float) -> UInt8 {
        let (x, y) = (Int(u * 128), 127 - Int(v * 128))
        guard x >= 0, x < 128, y >= 0, y < 128 else { return 0 }
        return leaves[(index << 14) + (y << 7) + x]
    }
}
