import Live
import Testing

@Suite struct ShardTests {
    @Test(arguments: [1, 2, 3, 7, 100], [0, 1, 10, 99, 1000])
    func allPartsTogetherHaveEveryFrameOnce(parts: Int, frames: Int) throws {
        // The container's estimate may be wrong either way.
        for estimate in [0, frames / 2, frames, frames * 2] {
            let taken = try (1...parts).flatMap { number in
                let range = try #require(Shard(number: number, of: parts)).frames(of: estimate)
                return (0..<frames).filter(range.contains)
            }
            #expect(taken == Array(0..<frames))
        }
    }

    @Test func inputsAreDealtOut() throws {
        let inputs = ["a", "b", "c", "d", "e"]
        let parts = try (1...2).map { try #require(Shard(number: $0, of: 2)).inputs(of: inputs) }
        #expect(parts == [["a", "c", "e"], ["b", "d"]])
    }

    private static func slurm(_ id: Int, _ count: Int, _ first: Int, _ last: Int, step: Int = 1) -> [String: String] {
        [
            "SLURM_ARRAY_TASK_ID": "\(id)", "SLURM_ARRAY_TASK_COUNT": "\(count)", "SLURM_ARRAY_TASK_MIN": "\(first)",
            "SLURM_ARRAY_TASK_MAX": "\(last)", "SLURM_ARRAY_TASK_STEP": "\(step)",
        ]
    }

    @Test(arguments: [
        ("2/5", [:], "2/5"), ("auto", slurm(3, 8, 1, 8), "3/8"), ("auto", slurm(0, 8, 0, 7), "1/8"),
        ("auto", slurm(7, 8, 0, 7), "8/8"), ("auto", slurm(6, 4, 0, 6, step: 2), "4/4"),
        ("auto", slurm(4, 4, 2, 8, step: 2), "2/4"),
        // A task that is done again alone.
        ("auto/8", slurm(7, 1, 7, 7), "7/8"), ("auto/8", slurm(7, 8, 1, 8), "7/8"),
        ("auto/8", ["JOB_COMPLETION_INDEX": "0"], "1/8"), ("auto/8", ["JOB_COMPLETION_INDEX": "7"], "8/8"),
    ])
    func aSchedulerSaysWhichPartThisIs(_ text: String, _ environment: [String: String], _ part: String) throws {
        #expect(try Shard(argument: text, environment: environment).text == part)
    }

    @Test(arguments: [
        ("auto", [:], "no scheduler"), ("auto/8", [:], "no scheduler"),
        ("auto", ["JOB_COMPLETION_INDEX": "3"], "not of how many"),
        // Alone, it would pass for the whole; parts of an array, and gaps, would leave others out.
        ("auto", slurm(7, 1, 7, 7), "a part of a larger one"), ("auto", slurm(3, 2, 3, 4), "a part of a larger one"),
        ("auto", slurm(5, 3, 1, 5), "has gaps"), ("auto", ["SLURM_ARRAY_TASK_ID": "3"], "not what the array is"),
        ("auto/8", slurm(0, 8, 0, 7), "none of 8 parts"), ("auto/4", ["JOB_COMPLETION_INDEX": "4"], "none of 4 parts"),
        ("auto/0", [:], "no part of the work"), ("auto/x", [:], "no part of the work"), ("6/5", [:], "no part of the work"),
    ])
    func whatIsNotClearIsNoPart(_ text: String, _ environment: [String: String], _ reason: String) {
        let error = #expect(throws: LiveError.self) { try Shard(argument: text, environment: environment) }
        #expect(error?.problem.contains(reason) == true, "\(error?.problem ?? "")")
    }

    @Test(arguments: ["0/2", "3/2", "1", "1/0", "-1/2", "1/2/3", "a/b", "", "1/", "/2"])
    func nonsenseIsRefused(text: String) {
        #expect(Shard(text: text) == nil)
    }
}
