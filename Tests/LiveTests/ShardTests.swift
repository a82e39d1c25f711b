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

    @Test(arguments: ["0/2", "3/2", "1", "1/0", "-1/2", "1/2/3", "a/b", "", "1/", "/2"])
    func nonsenseIsRefused(text: String) {
        #expect(Shard(text: text) == nil)
    }
}
