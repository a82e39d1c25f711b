import NeuralNetwork

/// What the synthetic road looks like: its light and weather.
public struct RoadConditions: Sendable, Equatable {
    /// The time of day.
    public enum Light: String, Sendable, CaseIterable { case day, dusk, night }

    /// What comes from the sky.
    public enum Weather: String, Sendable, CaseIterable { case clear, overcast, rain, fog }

    public var light: Light
    public var weather: Weather

    public init(light: Light = .day, weather: Weather = .clear) {
        self.light = light
        self.weather = weather
    }

    /// Any light and weather; day and dry are the more frequent ones, as on real roads.
    public static func random(seed: UInt64) -> RoadConditions {
        var random = SplitMix64(seed: seed, 0x11)
        let lights: [Light] = [.day, .day, .day, .dusk, .night]
        let weathers: [Weather] = [.clear, .clear, .overcast, .overcast, .rain, .fog]
        return RoadConditions(light: lights[random.index(lights.count)], weather: weathers[random.index(weathers.count)])
    }
}
