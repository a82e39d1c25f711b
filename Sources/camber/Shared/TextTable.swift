/// Lines of cells under headings, each column as wide as it has to be.
struct TextTable {
    enum Alignment {
        case left, right
    }

    private let headings: [(String, Alignment)]
    private var rows: [[String]] = []

    init(_ headings: (String, Alignment)...) { self.headings = headings }

    mutating func add(_ cells: String...) {
        precondition(cells.count == headings.count, "\(cells.count) cells under \(headings.count) headings")
        // What comes from files must not move the terminal's cursor.
        rows.append(
            cells.map { cell in String(String.UnicodeScalarView(cell.unicodeScalars.map { $0.properties.isPrintable ? $0 : "?" }))
            })
    }

    var text: String {
        let lines = [headings.map(\.0)] + rows
        let widths = headings.indices.map { column in lines.map { $0[column].count }.max() ?? 0 }
        return lines.map { cells in
            let padded = cells.indices.map { column in
                let space = String(repeating: " ", count: widths[column] - cells[column].count)
                return headings[column].1 == .left ? cells[column] + space : space + cells[column]
            }
            let line = padded.joined(separator: "  ")
            return String(line[..<(line.lastIndex { $0 != " " }.map { line.index(after: $0) } ?? line.startIndex)])
        }.joined(separator: "\n")
    }
}

extension Unicode.Scalar.Properties {
    fileprivate var isPrintable: Bool {
        switch generalCategory {
        case .control, .format, .surrogate, .privateUse, .unassigned, .lineSeparator, .paragraphSeparator: false
        default: true
        }
    }
}
