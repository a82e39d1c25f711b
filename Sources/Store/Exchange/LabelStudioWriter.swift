import RoadScenes

/// Labels as Label Studio's tasks with predictions, and the labeling configuration that goes with them.
struct LabelStudioWriter: ExchangeWriter {
    private let files: StoreFolder
    private let classes: ClassSet
    private var tasks: [LabelStudioTask] = []

    init(_ files: StoreFolder, _ classes: ClassSet) { (self.files, self.classes) = (files, classes) }

    mutating func add(_ frame: SpoolExport.Frame) throws(StoreError) {
        var results: [LabelStudioTask.Result] = []
        for (index, name) in classes.names.enumerated() {
            guard let mask = BrushMask.encode(frame.labels, UInt8(index)) else { continue }
            results.append(
                .init(
                    id: "\(frame.name)-\(index)", type: "brushlabels", from_name: "tag", to_name: "image",
                    original_width: frame.labels.width, original_height: frame.labels.height, image_rotation: 0,
                    value: .init(format: "rle", rle: mask.map(Int.init), brushlabels: [name])))
        }
        tasks.append(
            LabelStudioTask(
                data: ["image": .init("/data/local-files/?d=images/\(frame.picture)")],
                predictions: [.init(model_version: frame.item.model, result: results)]))
    }

    func finish() throws(StoreError) {
        try files.write(StoreJSON.encode(tasks), "tasks.json")
        var labels = ""
        for member in classes.members {
            labels += "    <Label value=\"\(Self.escaped(member.name))\" background=\"\(VOCWriter.hex(member.color))\"/>\n"
        }
        let configuration =
            "<View>\n  <Image name=\"image\" value=\"$image\" zoom=\"true\"/>\n"
            + "  <BrushLabels name=\"tag\" toName=\"image\">\n\(labels)  </BrushLabels>\n</View>\n"
        try files.write(Array(configuration.utf8), "labeling.xml")
    }

    private static func escaped(_ text: String) -> String {
        text.replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing("\"", with: "&quot;")
    }
}
