extension Shard {
    private static let slurm = "SLURM_ARRAY_TASK_"
    private static let kubernetes = "JOB_COMPLETION_INDEX"

    /// Reads what `--shard` takes: `2/5`, or `auto` and `auto/5` where a scheduler says which part this is.
    ///
    /// - Parameter environment: of the process, in which the scheduler says it.
    /// - Throws: where it is neither, or no scheduler says anything that is clear.
    public init(argument: String, environment: [String: String]) throws(LiveError) {
        if let shard = Shard(text: argument) {
            self = shard
            return
        }
        let parts = argument.split(separator: "/", omittingEmptySubsequences: false)
        let count = parts.count == 2 ? Int(parts[1]) : nil
        guard parts[0] == "auto", parts.count == 1 || count.map({ (1...1_000_000).contains($0) }) == true else {
            throw LiveError(
                "'\(argument)' is no part of the work.", remedy: "It is 2/5 for the second of five, 'auto' or 'auto/5'.")
        }
        func number(_ name: String) -> Int? { environment[name].flatMap { Int($0) } }
        if let task = number(Self.slurm + "ID") {
            self = try Self.ofSlurm(task, count) { number(Self.slurm + $0) }
        } else if let index = number(Self.kubernetes) {
            guard let count else {
                throw LiveError(
                    "Kubernetes says that this is part \(index) (\(Self.kubernetes)), not of how many.",
                    remedy: "--shard auto/N, N being the job's 'completions'.")
            }
            self = try Self.part(index + 1, of: count, "\(Self.kubernetes)=\(index)")
        } else {
            throw LiveError(
                "--shard auto: no scheduler says which part this is.",
                remedy: "That is for Slurm's job arrays (\(Self.slurm)ID) and Kubernetes' indexed jobs (\(Self.kubernetes)). "
                    + "By hand it is --shard 2/5.")
        }
    }

    /// - Parameter count: where it is given, tasks count from 1, whichever of them the array has; else the array says all.
    private static func ofSlurm(_ task: Int, _ count: Int?, _ value: (String) -> Int?) throws(LiveError) -> Shard {
        let what = "\(slurm)ID=\(task)"
        if let count { return try part(task, of: count, what) }
        let step = value("STEP") ?? 1
        guard let total = value("COUNT"), let first = value("MIN"), let last = value("MAX"), step > 0 else {
            throw LiveError(
                "Slurm says \(what), but not what the array is.", remedy: "--shard auto/N, N being how many tasks there are.")
        }
        // One task of an array that was started again alone has the name of the whole work's, and would do all of it.
        guard first == 0 || first == 1 || first == step, (last - first) / step + 1 == total, (task - first) % step == 0 else {
            throw LiveError(
                "Slurm's array has \(total) tasks from \(first) to \(last): that is a part of a larger one, or has gaps.",
                remedy:
                    "'scontrol requeue' repeats single tasks of the first array; in a new one say --shard auto/N, counted from 1."
            )
        }
        return try part((task - first) / step + 1, of: total, what)
    }

    private static func part(_ number: Int, of count: Int, _ what: String) throws(LiveError) -> Shard {
        guard let shard = Shard(number: number, of: count) else {
            throw LiveError(
                "\(what) is none of \(count) parts.",
                remedy: "Slurm's arrays count from 1 where --shard auto/N says how many there are, Kubernetes' indices from 0.")
        }
        return shard
    }
}
