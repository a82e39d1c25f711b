import Testing
import Threads

@Suite struct BoundedQueueTests {
    private func taken(_ queue: BoundedQueue<Int>) -> [Int] {
        var elements: [Int] = []
        while case .element(let element) = queue.pop(until: .zero) { elements.append(element) }
        return elements
    }

    @Test func elementsLeaveInTheOrderTheyCame() {
        let queue = BoundedQueue<Int>(capacity: 3)
        for round in 0..<5 {
            #expect(queue.push(round) && queue.push(round + 10))
            #expect(taken(queue) == [round, round + 10])
        }
    }

    @Test func aFullQueueTakesNoMoreUnlessTheOldestGives() {
        let queue = BoundedQueue<Int>(capacity: 2)
        #expect(queue.tryPush(1) && queue.tryPush(2))
        #expect(!queue.tryPush(3))
        #expect(queue.replaceOldest(with: 4) == 1)
        #expect(taken(queue) == [2, 4])
    }

    @Test func anEmptyQueueSaysWhetherMoreCanCome() {
        let queue = BoundedQueue<Int>(capacity: 1)
        guard case .timedOut = queue.pop(until: .zero) else { return #expect(Bool(false), "nothing is there yet") }
        #expect(queue.push(1))
        queue.close()
        #expect(!queue.push(2))
        #expect(queue.replaceOldest(with: 3) == 3)
        #expect(taken(queue) == [1])
        guard case .closed = queue.pop() else { return #expect(Bool(false), "nothing can come any more") }
    }

    @Test func closingWakesWhoeverWaits() {
        let (full, empty) = (BoundedQueue<Int>(capacity: 1), BoundedQueue<Int>(capacity: 1))
        #expect(full.push(1))
        let producer = NamedThread("producer") { _ = full.push(2) }
        let consumer = NamedThread("consumer") { _ = empty.pop() }
        full.close()
        empty.close()
        #expect(producer.wait(until: MonotonicClock.now + .seconds(5)))
        #expect(consumer.wait(until: MonotonicClock.now + .seconds(5)))
    }

    @Test func nothingIsLostBetweenThreads() {
        let queue = BoundedQueue<Int>(capacity: 4)
        let producer = NamedThread("producer") {
            for number in 0..<20_000 { _ = queue.push(number) }
            queue.close()
        }
        var sum = 0
        while case .element(let number) = queue.pop() { sum += number }
        #expect(sum == 20_000 * 19_999 / 2)
        #expect(producer.wait(until: MonotonicClock.now + .seconds(5)))
    }
}
