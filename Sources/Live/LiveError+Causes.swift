import NeuralNetwork
import Store
import Video

extension LiveError {
    init(_ cause: VideoError) { self.init(cause.problem, remedy: cause.remedy) }

    init(_ cause: NetworkError) { self.init(cause.problem, remedy: cause.remedy) }

    init(_ cause: StoreError) { self.init(cause.problem, remedy: cause.remedy) }

    /// Runs what throws the store's error.
    static func fromStore<Value>(_ body: () throws(StoreError) -> Value) throws(LiveError) -> Value {
        do throws(StoreError) { return try body() } catch { throw LiveError(error) }
    }

    /// Runs what throws the video target's error.
    static func fromVideo<Value>(_ body: () throws(VideoError) -> Value) throws(LiveError) -> Value {
        do throws(VideoError) { return try body() } catch { throw LiveError(error) }
    }

    /// Runs what throws the networks' error.
    static func fromNetwork<Value>(_ body: () throws(NetworkError) -> Value) throws(LiveError) -> Value {
        do throws(NetworkError) { return try body() } catch { throw LiveError(error) }
    }
}
