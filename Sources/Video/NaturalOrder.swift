/// The order people expect of numbered names: runs of digits count as numbers.
package enum NaturalOrder {
    package static func precedes(_ a: String, _ b: String) -> Bool {
        let (left, right) = (Array(a.utf8), Array(b.utf8))
        var (i, j) = (0, 0)
        while i < left.count && j < right.count {
            let (x, y) = (digits(left, from: i), digits(right, from: j))
            if !x.isEmpty && !y.isEmpty {
                let (m, n) = (x.drop { $0 == zero }, y.drop { $0 == zero })
                if m.count != n.count { return m.count < n.count }
                if !m.elementsEqual(n) { return m.lexicographicallyPrecedes(n) }
                i += x.count
                j += y.count
            } else {
                if left[i] != right[j] { return left[i] < right[j] }
                i += 1
                j += 1
            }
        }
        let (restOfLeft, restOfRight) = (left.count - i, right.count - j)
        // Equal but for leading zeros: any fixed order will do.
        return restOfLeft != restOfRight ? restOfLeft < restOfRight : left.lexicographicallyPrecedes(right)
    }

    private static let zero = UInt8(ascii: "0")

    private static func digits(_ bytes: [UInt8], from start: Int) -> ArraySlice<UInt8> {
        bytes[start...].prefix { $0 >= zero && $0 <= UInt8(ascii: "9") }
    }
}
