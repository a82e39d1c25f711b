extension ClassSet {
    /// CamVid's 11 classes in the SegNet order, with the data set's usual colours.
    public static let camvid = ClassSet([
        Member("sky", 128, 128, 128), Member("building", 128, 0, 0), Member("pole", 192, 192, 128),
        Member("road", 128, 64, 128), Member("pavement", 60, 40, 222), Member("tree", 128, 128, 0),
        Member("sign", 192, 128, 128), Member("fence", 64, 64, 128), Member("car", 64, 0, 128),
        Member("pedestrian", 64, 64, 0), Member("bicyclist", 0, 128, 192),
    ])

    /// Cityscapes' 19 training classes in the order of their train ids, with the data set's colours.
    public static let cityscapes = ClassSet([
        Member("road", 128, 64, 128), Member("sidewalk", 244, 35, 232), Member("building", 70, 70, 70),
        Member("wall", 102, 102, 156), Member("fence", 190, 153, 153), Member("pole", 153, 153, 153),
        Member("traffic light", 250, 170, 30), Member("traffic sign", 220, 220, 0), Member("vegetation", 107, 142, 35),
        Member("terrain", 152, 251, 152), Member("sky", 70, 130, 180), Member("person", 220, 20, 60),
        Member("rider", 255, 0, 0), Member("car", 0, 0, 142), Member("truck", 0, 0, 70), Member("bus", 0, 60, 100),
        Member("train", 0, 80, 100), Member("motorcycle", 0, 0, 230), Member("bicycle", 119, 11, 32),
    ])
}
