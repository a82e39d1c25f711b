import NeuralNetwork
import RoadScenes
import Video

/// A procedural drive along a road in CamVid's 11 classes, with the exact class of every pixel.
///
/// The same seed, conditions and size give the same bytes on every machine, at any time and in any order of frames.
/// A label is the class of the surface that the pixel's centre sees; what haze hides all but completely is void.
///
/// Units: seconds, metres.
/// Threading: one owner at a time.
public final class SyntheticRoad {
    public let seed: UInt64
    public let conditions: RoadConditions
    public let width: Int
    public let height: Int

    private let course: RoadCourse
    private let camera: RoadCamera
    private let scene: RoadScene
    private let canvas: RoadCanvas
    private let exposure: RoadExposure
    private var shader: RoadShader
    /// A surface of which less than this share of light arrives is not told from the haze.
    private static let visible: Float = 0.03

    /// The classes of the labels.
    public static let classes = ClassSet.camvid

    public init(seed: UInt64, conditions: RoadConditions = RoadConditions(), width: Int = 480, height: Int = 360) {
        precondition(width >= 16 && height >= 16, "a picture of \(width)×\(height) pixels is too small for a road")
        (self.seed, self.conditions, self.width, self.height) = (seed, conditions, width, height)
        course = RoadCourse(seed: seed)
        camera = RoadCamera(seed: seed)
        let light = RoadLight(conditions, seed: seed)
        canvas = RoadCanvas(width: width, height: height, focalLength: camera.focalLength)
        scene = RoadScene(plan: RoadPlan(seed: seed), light: light, canvas: canvas)
        shader = RoadShader(light: light)
        exposure = RoadExposure(width: width, height: height, camera: camera)
    }

    /// Draws the view at a time of the drive, and the class of every pixel where asked for.
    public func render(at time: Double, into image: RGBImage, labels: GrayImage? = nil) {
        precondition(image.width == width && image.height == height, "the image is not \(width)×\(height)")
        precondition(
            labels == nil || (labels!.width == width && labels!.height == height), "the labels are not \(width)×\(height)")
        scene.begin(course: course, camera: camera, time: time)
        scene.build()
        shader.look(from: scene, at: time)
        for row in 0..<height { shadeRow(row) }
        if let labels { writeLabels(labels) }
        addGlare()
        let frameSeed = SplitMix64.scramble(seed &+ time.bitPattern)
        if shader.light.isRaining { exposure.addRain(color: shader.light.horizon, seed: frameSeed) }
        exposure.develop(exposure: shader.light.exposure, noise: shader.light.noise, seed: frameSeed, into: image)
    }

    private func writeLabels(_ labels: GrayImage) {
        let (surfaces, columns, bytes) = (canvas.surfaces, canvas.columns, labels.bytes)
        surfaces.withUnsafeBufferPointer { surfaces in
            for row in 0..<height {
                for column in 0..<width {
                    let sample = (2 * row + 1) * columns + 2 * column + 1
                    let index = canvas.seen[sample]
                    var label = RoadClass.sky
                    if index >= 0 {
                        let isVisible = shader.clearness(at: 1 / canvas.nearness[sample]) >= Self.visible
                        label = isVisible ? surfaces[Int(index)].paint.label : ClassSet.void
                    }
                    bytes[row * width + column] = label
                }
            }
        }
    }

    /// A pixel is the average of its nine samples; each surface among them is painted once.
    private func shadeRow(_ row: Int) {
        let columns = canvas.columns
        canvas.surfaces.withUnsafeBufferPointer { surfaces in
            for column in 0..<width {
                let centre = (2 * row + 1) * columns + 2 * column + 1
                let (seen, shadow) = (canvas.seen + centre, canvas.shadow + centre)
                let index = seen[0]
                let isPlain =
                    seen[-1] == index && seen[1] == index && seen[-columns] == index && seen[columns] == index
                    && seen[-columns - 1] == index && seen[-columns + 1] == index && seen[columns - 1] == index
                    && seen[columns + 1] == index
                let (x, y) = (Float(2 * column + 1), Float(2 * row + 1))
                let color: SIMD3<Float>
                if isPlain {
                    let dark =
                        4 * Int(shadow[0]) + 2 * (Int(shadow[-1]) + Int(shadow[1]) + Int(shadow[-columns]) + Int(shadow[columns]))
                        + Int(shadow[-columns - 1]) + Int(shadow[-columns + 1]) + Int(shadow[columns - 1])
                        + Int(shadow[columns + 1])
                    color = paint(surfaces, index, x, y, Float(dark) / (16 * 255))
                } else {
                    color = blend(surfaces, seen, shadow, x, y)
                }
                exposure.light[row * width + column] = color
            }
        }
    }

    @inline(__always)
    private func paint(
        _ surfaces: UnsafeBufferPointer<RoadSurface>, _ index: Int32, _ x: Float, _ y: Float, _ darkness: Float
    ) -> SIMD3<Float> {
        guard index >= 0 else { return shader.sky(canvas.direction(column: x, row: y)) }
        let surface = surfaces.baseAddress! + Int(index)
        return shader.shade(surface, x, y, darkness: surface.pointee.paint.material.isGround ? darkness : 0)
    }

    private func blend(
        _ surfaces: UnsafeBufferPointer<RoadSurface>, _ seen: UnsafeMutablePointer<Int32>, _ shadow: UnsafeMutablePointer<UInt8>,
        _ x: Float, _ y: Float
    ) -> SIMD3<Float> {
        var left = 0x1FF
        var sum = SIMD3<Float>()
        for sample in 0..<9 where left >> sample & 1 == 1 {
            let index = seen[(sample / 3 - 1) * canvas.columns + sample % 3 - 1]
            var (weight, wx, wy, dark) = (Float(0), Float(0), Float(0), Float(0))
            for other in sample..<9 where left >> other & 1 == 1 {
                let (dx, dy) = (other % 3 - 1, other / 3 - 1)
                guard seen[dy * canvas.columns + dx] == index else { continue }
                left &= ~(1 << other)
                let share = Float((2 - abs(dx)) * (2 - abs(dy))) / 16
                weight += share
                wx += share * Float(dx)
                wy += share * Float(dy)
                dark += share * Float(shadow[dy * canvas.columns + dx])
            }
            sum += paint(surfaces, index, x + wx / weight, y + wy / weight, dark / (weight * 255)) * weight
        }
        return sum
    }

    /// A wet road draws a lamp's image out towards the camera.
    private func mirror(_ glow: RoadScene.Glow, _ radius: Float, _ color: SIMD3<Float>) {
        let ground = scene.stretch.place(glow.point.z, 0).y
        var image = glow.point
        image.y = 2 * ground - image.y
        guard let spot = canvas.project(image) else { return }
        let (column, row) = (Int(spot.column), Int(spot.row))
        guard column >= 0, row >= 0, column < canvas.columns, row < canvas.rows else { return }
        let index = canvas.seen[row * canvas.columns + column]
        guard index >= 0, canvas.surfaces[Int(index)].paint.material.isGround else { return }
        exposure.glare(column: spot.column / 2 - 0.5, row: spot.row / 2 - 0.5, radius: radius * 0.8, tall: 4, color: color)
    }

    /// Lamps dazzle only where nothing stands before them.
    private func addGlare() {
        for glow in scene.glows {
            guard let spot = canvas.project(glow.point), spot.depth < 180 else { continue }
            let (column, row) = (Int(spot.column), Int(spot.row))
            guard column >= 0, row >= 0, column < canvas.columns, row < canvas.rows else { continue }
            guard canvas.nearness[row * canvas.columns + column] < 1.06 / spot.depth else { continue }
            let radius = glow.radius * canvas.samples(perMetreAt: spot.depth) / 2 + 1.5
            let color = glow.color * shader.clearness(at: spot.depth)
            exposure.glare(column: spot.column / 2 - 0.5, row: spot.row / 2 - 0.5, radius: radius, color: color)
            if shader.light.wetness > 0.5 { mirror(glow, radius, color * 0.35) }
        }
    }
}
