// What shading and geometry say all the time.

@inline(__always)
func dot(_ a: SIMD3<Float>, _ b: SIMD3<Float>) -> Float {
    a.x * b.x + a.y * b.y + a.z * b.z
}

@inline(__always)
func cross(_ a: SIMD3<Float>, _ b: SIMD3<Float>) -> SIMD3<Float> {
    SIMD3(a.y * b.z - a.z * b.y, a.z * b.x - a.x * b.z, a.x * b.y - a.y * b.x)
}

@inline(__always)
func length(_ a: SIMD3<Float>) -> Float {
    dot(a, a).squareRoot()
}

@inline(__always)
func mix(_ a: SIMD3<Float>, _ b: SIMD3<Float>, _ share: Float) -> SIMD3<Float> {
    a + (b - a) * share
}

@inline(__always)
func mix(_ a: Float, _ b: Float, _ share: Float) -> Float {
    a + (b - a) * share
}

@inline(__always)
func clamp(_ x: Float, _ low: Float = 0, _ high: Float = 1) -> Float {
    x < low ? low : (x > high ? high : x)
}

@inline(__always)
func fraction(_ x: Float) -> Float {
    x - x.rounded(.down)
}

/// How much of a sample of the given width lies between two edges: a box filter, so that stripes fade instead of flickering.
@inline(__always)
func between(_ x: Float, _ low: Float, _ high: Float, _ width: Float) -> Float {
    let w = width < 1e-5 ? 1e-5 : width
    return clamp((x - low) / w + 0.5) - clamp((x - high) / w + 0.5)
}

/// A colour as seen on a screen (0…1), as light: the road is lit in a space whose screen value is the square root.
@inline(__always)
func ink(_ red: Float, _ green: Float, _ blue: Float) -> SIMD3<Float> {
    SIMD3(red * red, green * green, blue * blue)
}
