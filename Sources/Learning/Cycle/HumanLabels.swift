import Foundation
import RoadScenes
import Store

/// What people labeled of the road that is driven: two thirds are learned from at full weight, one third only judges.
public struct HumanLabels: Sendable {
    /// One stretch of road in so many judges.
    private static let spacing = 3

    /// Pictures to learn from; none of them within seconds of one that judges.
    public let learned: Dataset
    /// Pictures to judge by.
    public let heldOut: Dataset
    let origins: [String: FrameOrigin]

    /// Deals out the pictures of a data set by stretches of road, in the order in which people labeled them: what is labeled later never
    /// moves what was dealt out before.
    ///
    /// - Throws: where what the data set says of its pictures cannot be read: they would be dealt out anew.
    public init(_ dataset: Dataset) throws(StoreError) {
        let origins = try FrameOrigin.read(dataset.location.path)
        let items = dataset.items.sorted { Self.order($0, origins[$0.name]) < Self.order($1, origins[$1.name]) }
        let moments = items.map { Self.moment($0, origins) }
        let judges = RoadStretches.numbers(moments).map { $0 % Self.spacing == 1 }
        let judged = zip(moments, judges).compactMap { $1 ? $0 : nil }
        let isNear = moments.map { moment in moment.map { moment in judged.contains { moment.isNear($0) } } ?? false }
        heldOut = dataset.with(zip(items, judges).filter(\.1).map(\.0))
        learned = dataset.with(items.indices.filter { !judges[$0] && !isNear[$0] }.map { items[$0] })
        self.origins = origins
    }

    private static func order(_ item: Dataset.Item, _ origin: FrameOrigin?) -> (Date, String, Date, Int, String) {
        (
            origin?.labeledAt ?? .distantPast, origin?.source ?? "", origin?.time ?? .distantPast, origin?.frame ?? 0, item.name
        )
    }

    /// Where a picture was taken, as far as its origin or its name tells.
    func moment(of item: Dataset.Item) -> DriveMoment? { Self.moment(item, origins) }

    private static func moment(_ item: Dataset.Item, _ origins: [String: FrameOrigin]) -> DriveMoment? {
        origins[item.name].map(DriveMoment.init) ?? DriveMoment(name: item.name)
    }
}
