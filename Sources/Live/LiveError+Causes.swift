import NeuralNetwork
import Video

extension LiveError {
    init(_ cause: VideoError) { self.init(cause.problem, remedy: cause.remedy) }

    init(_ cause: NetworkError) { self.init(cause.problem, remedy: cause.remedy) }

    /// Runs what throws another target's error.
    static func from<Value>(_ body: () throws(VideoError) -> Value) throws(LiveError) -> Value {
        do throws(VideoError) { return try body() } catch { throw LiveError(error) }
    }

    static func from<Value>(_ body: () throws(NetworkError) -> Value) throws(LiveError) -> Value {
        do throws(NetworkError) { return try body() } catch { throw LiveError(error) }
    }
}
