import RoadScenes

extension ClassSet {
    /// CamVid's classes as they are shown. The data set's own colours make a car and the road below it the same dark purple.
    private static let shownCamvid: [String: [UInt8]] = [
        "sky": [70, 150, 230], "building": [165, 125, 70], "pole": [235, 235, 235], "road": [128, 64, 128],
        "pavement": [244, 35, 232], "tree": [70, 160, 50], "sign": [255, 220, 0], "fence": [240, 150, 120], "car": [0, 40, 255],
        "pedestrian": [255, 30, 60], "bicyclist": [0, 225, 225],
    ]

    /// The same classes in colours that are told apart at a glance over a picture: for overlays and legends. Files keep the data set's
    /// colours, by which label files are read; a class that has any others is shown in them.
    package var shown: ClassSet {
        ClassSet(
            members.map { member in
                guard ClassSet.camvid.members.contains(member), let color = Self.shownCamvid[member.name] else { return member }
                return Member(member.name, color[0], color[1], color[2])
            })
    }
}
