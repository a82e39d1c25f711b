import NeuralNetwork
import RoadScenes
import Store
import Video

/// What went wrong in training or evaluation: what failed, and what to do about it.
public struct LearningError: Error, CustomStringConvertible, Sendable {
    /// What failed and where, with the values found and expected.
    public let problem: String
    /// What the reader can do about it; empty where nothing can be advised.
    public let remedy: String
    public let kind: Kind

    /// What a caller may want to do about it by itself.
    public enum Kind: Sendable {
        /// Nothing.
        case failure
        /// Somebody asked for it; the work goes on from its checkpoint.
        case stopped
        /// The loss or a weight is no longer a finite number.
        case diverged
    }

    public init(_ problem: String, remedy: String = "", kind: Kind = .failure) {
        self.problem = problem
        self.remedy = remedy
        self.kind = kind
    }

    public var description: String { remedy.isEmpty ? problem : "\(problem) \(remedy)" }

    init(_ error: NetworkError) { self.init(error.problem, remedy: error.remedy) }
    init(_ error: SceneError) { self.init(error.problem, remedy: error.remedy) }
    init(_ error: StoreError) { self.init(error.problem, remedy: error.remedy) }
    init(_ error: VideoError) { self.init(error.problem, remedy: error.remedy) }

    /// Runs a part of another target and takes over its error.
    static func wrap<Value>(_ body: () throws -> Value) throws(LearningError) -> Value {
        do {
            return try body()
        } catch let error as LearningError {
            throw error
        } catch let error as NetworkError {
            throw LearningError(error)
        } catch let error as SceneError {
            throw LearningError(error)
        } catch let error as StoreError {
            throw LearningError(error)
        } catch let error as VideoError {
            throw LearningError(error)
        } catch {
            throw LearningError("\(error)")
        }
    }
}
