/// The forms in which frames and labels go to people's labeling tools and come back.
public enum ExchangeFormat: String, Sendable, CaseIterable {
    /// A data set as Camber reads it: images/, labels/, classes.yaml.
    case folder
    /// CVAT's "Segmentation mask 1.1" (Pascal VOC): colour masks and labelmap.txt.
    case cvat
    /// COCO's objects, with run-length masks or polygons.
    case coco
    /// Label Studio's tasks, with its brush masks.
    case labelStudio = "label-studio"
}
