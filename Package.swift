// swift-tools-version: 6.1
import PackageDescription

let package = Package(
    name: "camber",
    traits: [
        .trait(name: "MPI", description: "Data-parallel training: 'mpirun -np 2 camber train …'. Needs libopenmpi-dev."),
        .trait(
            name: "EmptyICU",
            description: "Half of the program where Swift's libraries are inside: without 30 MB of languages' tables."),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
    ],
    targets: [
        // Listed in the order of the house: a target imports only what stands above it.
        .systemLibrary(
            name: "CFFmpeg", providers: [.apt(["libavformat-dev", "libavcodec-dev", "libavdevice-dev", "libswscale-dev"])]),
        .systemLibrary(name: "COpenBLAS", providers: [.apt(["libopenblas-dev"])]),
        .systemLibrary(name: "CMicroHTTPD", providers: [.apt(["libmicrohttpd-dev"])]),
        .systemLibrary(name: "CSQLite", providers: [.apt(["libsqlite3-dev"])]),
        .systemLibrary(name: "CMPI", pkgConfig: "ompi-c", providers: [.apt(["libopenmpi-dev"])]),
        .systemLibrary(name: "CLinux"),
        .target(name: "CEmptyICU"),
        .target(name: "Errors"),
        .target(name: "Files", dependencies: ["Errors"]),
        .target(name: "Threads"),
        .target(name: "CKernels", dependencies: ["COpenBLAS"], cSettings: [.unsafeFlags(["-O3", "-fno-math-errno"])]),
        .target(name: "NeuralNetwork", dependencies: ["Errors", "Files", "CKernels"]),
        .target(name: "Video", dependencies: ["Errors", "Files", "CFFmpeg"]),
        .target(
            name: "RoadScenes",
            dependencies: ["Errors", "Files", "NeuralNetwork", "Video", .product(name: "Yams", package: "Yams")]),
        .target(name: "SyntheticRoad", dependencies: ["NeuralNetwork", "Video", "RoadScenes"]),
        .target(name: "Overlay", dependencies: ["Video", "RoadScenes"]),
        .target(
            name: "Store",
            dependencies: [
                "Errors", "Files", "Threads", "NeuralNetwork", "Video", "RoadScenes", "CSQLite",
            ]),
        .target(name: "Status", dependencies: ["Store"]),
        .target(
            name: "Configuration",
            dependencies: [
                "Errors", "Files", "Threads", "NeuralNetwork", "Video", "RoadScenes", .product(name: "Yams", package: "Yams"),
            ]),
        .target(
            name: "Learning",
            dependencies: [
                "Errors", "Files", "Threads", "NeuralNetwork", "Video", "RoadScenes", "Store",
                .target(name: "CMPI", condition: .when(traits: ["MPI"])),
                .product(name: "Yams", package: "Yams"),
            ]),
        .target(
            name: "Live",
            dependencies: [
                "CLinux", "Errors", "Files", "Threads", "NeuralNetwork", "Video", "RoadScenes", "Overlay", "Store", "Status",
                "Configuration",
                .product(name: "Logging", package: "swift-log"),
            ]),
        .target(name: "WebServer", dependencies: ["Errors", "Threads", "CMicroHTTPD"]),
        .target(
            name: "Dashboard",
            dependencies: [
                "Errors", "Threads", "Video", "RoadScenes", "Overlay", "Store", "Status", "WebServer",
                .product(name: "Logging", package: "swift-log"),
            ],
            resources: [.embedInCode("Page")]),
        .executableTarget(
            name: "camber",
            dependencies: [
                "Errors", "Files", "Threads", "NeuralNetwork", "Video", "RoadScenes", "SyntheticRoad", "Overlay", "Store",
                "Status", "Configuration", "Learning", "Live", "Dashboard",
                .target(name: "CEmptyICU", condition: .when(traits: ["EmptyICU"])),
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ]),
        .executableTarget(
            name: "camber-fuzz",
            dependencies: [
                "Files", "NeuralNetwork", "Video", "RoadScenes", "Store", "Status", "Configuration", "Learning", "Live",
                "Dashboard", "Threads",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "Logging", package: "swift-log"),
            ], path: "Sources/Fuzz"),
        .target(name: "TestSupport", path: "Tests/Support"),
        .testTarget(name: "FilesTests", dependencies: ["Errors", "Files", "TestSupport", "Threads"]),
        .testTarget(name: "ThreadsTests", dependencies: ["Threads"]),
        .testTarget(
            name: "NeuralNetworkTests", dependencies: ["NeuralNetwork", "RoadScenes"], exclude: ["Fixtures", "ONNX/onnx.proto"]),
        .testTarget(name: "VideoTests", dependencies: ["Video", "TestSupport"]),
        .testTarget(name: "RoadScenesTests", dependencies: ["RoadScenes", "Video"]),
        .testTarget(name: "SyntheticRoadTests", dependencies: ["SyntheticRoad", "RoadScenes", "Video"]),
        .testTarget(name: "OverlayTests", dependencies: ["Overlay", "RoadScenes", "Video"]),
        .testTarget(name: "StoreTests", dependencies: ["Store", "NeuralNetwork", "RoadScenes", "Video"]),
        .testTarget(
            name: "LearningTests",
            dependencies: [
                "Files", "Learning", "NeuralNetwork", "RoadScenes", "SyntheticRoad", "Store", "Video", "TestSupport",
            ]),
        .testTarget(name: "ConfigurationTests", dependencies: ["Configuration", "Errors", "RoadScenes", "TestSupport"]),
        .testTarget(
            name: "LiveTests",
            dependencies: [
                "Errors", "Threads", "NeuralNetwork", "Video", "RoadScenes", "Overlay", "Store", "Status", "Configuration",
                "Live",
                "TestSupport", .product(name: "Logging", package: "swift-log"),
            ]),
        .testTarget(name: "WebServerTests", dependencies: ["WebServer", "TestSupport"]),
        .testTarget(
            name: "DashboardTests",
            dependencies: [
                "NeuralNetwork", "Video", "RoadScenes", "Store", "Status", "WebServer", "Dashboard", "TestSupport",
                .product(name: "Logging", package: "swift-log"),
            ]),
        .testTarget(
            name: "CommandLineTests",
            dependencies: ["Files", "NeuralNetwork", "Video", "RoadScenes", "Status", "Live", "camber", "TestSupport"]),
    ],
    swiftLanguageModes: [.v6],
    cLanguageStandard: .gnu11
)
