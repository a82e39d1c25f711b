import RoadScenes
import Video

/// Names, colours and shares of the classes, in a strip along the lower edge.
struct Legend {
    private let classes: ClassSet
    private let atlas: GlyphAtlas
    private let blank: Panel
    private var filled: Panel
    private let columns: Int
    private let columnWidth: Int
    private let lineHeight: Int
    private let swatch: Int

    init(classes: ClassSet, width: Int, atlas: GlyphAtlas) {
        self.classes = classes
        self.atlas = atlas
        lineHeight = atlas.height + max(2, atlas.height / 6)
        swatch = atlas.height * 3 / 4
        let widestShare = atlas.width(of: "100%")
        let gap = atlas.height / 2
        let widestName = classes.names.map(atlas.width(of:)).max() ?? 0
        let needed = swatch + gap / 2 + widestName + gap / 2 + widestShare + gap
        columns = max(1, min(width / max(1, needed), classes.count))
        // Even rows look better than a full one and a rest.
        let rows = (classes.count + columns - 1) / columns
        columnWidth = width / max(1, (classes.count + rows - 1) / rows)
        var panel = Panel(width: width, height: rows * lineHeight + lineHeight / 3)
        for (index, member) in classes.members.enumerated() {
            let place = Self.place(index, rows, columnWidth, lineHeight, classes.count)
            let top = place.y + (atlas.height - swatch) / 2 + 1
            panel.fill(x: place.x + gap / 2, y: top, width: swatch, height: swatch, color: member.color)
            panel.write(member.name, x: place.x + gap + swatch, y: place.y, atlas)
        }
        blank = panel
        filled = panel
    }

    var height: Int { blank.height }

    /// - Parameter shares: of the frame's pixels, 0…1, by class index.
    mutating func lay(over picture: RGBImage, shares: [Double]) {
        filled.copy(blank)
        let rows = (blank.height - lineHeight / 3) / lineHeight
        for index in classes.members.indices {
            let place = Self.place(index, rows, columnWidth, lineHeight, classes.count)
            let text = Self.percent(shares[index])
            let right = place.x + columnWidth - atlas.height / 2
            filled.write(text, x: right - atlas.width(of: text), y: place.y, atlas)
        }
        filled.lay(over: picture, x: 0, y: picture.height - filled.height)
    }

    /// Row by row, as people read.
    private static func place(_ index: Int, _ rows: Int, _ columnWidth: Int, _ lineHeight: Int, _ count: Int) -> (x: Int, y: Int)
    {
        let perRow = (count + rows - 1) / rows
        return (index % perRow * columnWidth, index / perRow * lineHeight + lineHeight / 6)
    }

    private static func percent(_ share: Double) -> String {
        share > 0 && share < 0.005 ? "<1%" : "\(Int((share * 100).rounded()))%"
    }
}
