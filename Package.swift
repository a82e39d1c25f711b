// swift-tools-version: 6.1
import PackageDescription

let package = Package(
    name: "camber",
    traits: [.trait(name: "MPI", description: "Data-parallel training: 'mpirun -np 2 camber train …'. Needs libopenmpi-dev.")],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-atomics", from: "1.3.0"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.0"),
        .package(url: "https://github.com/apple/swift-protobuf", from: "1.39.0"),
        .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
        .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1", traits: []),
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
    ],
    targets: [
        // Listed in the order of the house: a target imports only what stands above it.
        .systemLibrary(
            name: "CFFmpeg", providers: [.apt(["libavformat-dev", "libavcodec-dev", "libavdevice-dev", "libswscale-dev"])]),
        .systemLibrary(name: "COpenBLAS", providers: [.apt(["libopenblas-dev"])]),
        .systemLibrary(name: "CMPI", pkgConfig: "ompi-c", providers: [.apt(["libopenmpi-dev"])]),
        .systemLibrary(name: "CClock"),
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
                "Errors", "Files", "NeuralNetwork", "Video", "RoadScenes", .product(name: "GRDB", package: "GRDB.swift"),
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
                "CClock", "Errors", "Files", "Threads", "NeuralNetwork", "Video", "RoadScenes", "Overlay", "Store",
                .product(name: "Logging", package: "swift-log"),
                .product(name: "Yams", package: "Yams"),
            ]),
        .target(
            name: "Dashboard",
            dependencies: [
                "Errors", "Threads", "Video", "RoadScenes", "Overlay", "Store",
                .product(name: "Hummingbird", package: "hummingbird"),
                .product(name: "HummingbirdCore", package: "hummingbird"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
            ],
            resources: [.embedInCode("Page")]),
        .executableTarget(
            name: "camber",
            dependencies: [
                "Errors", "Files", "Threads", "NeuralNetwork", "Video", "RoadScenes", "SyntheticRoad", "Overlay", "Store",
                "Learning",
                "Live", "Dashboard",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ]),
        .testTarget(name: "FilesTests", dependencies: ["Errors", "Files"]),
        .testTarget(name: "ThreadsTests", dependencies: ["Threads"]),
        .testTarget(
            name: "NeuralNetworkTests",
            dependencies: [
                "NeuralNetwork", "RoadScenes", .product(name: "Atomics", package: "swift-atomics"),
                .product(name: "SwiftProtobuf", package: "swift-protobuf"),
            ],
            exclude: ["Fixtures", "ONNX/onnx.proto"]),
        .testTarget(name: "VideoTests", dependencies: ["Video"]),
        .testTarget(name: "RoadScenesTests", dependencies: ["RoadScenes", "Video"]),
        .testTarget(name: "SyntheticRoadTests", dependencies: ["SyntheticRoad", "RoadScenes", "Video"]),
        .testTarget(name: "OverlayTests", dependencies: ["Overlay", "RoadScenes", "Video"]),
        .testTarget(name: "StoreTests", dependencies: ["Store", "NeuralNetwork", "RoadScenes", "Video"]),
        .testTarget(
            name: "LearningTests", dependencies: ["Learning", "NeuralNetwork", "RoadScenes", "SyntheticRoad", "Store", "Video"]),
        .testTarget(
            name: "LiveTests",
            dependencies: [
                "Errors", "Threads", "NeuralNetwork", "Video", "RoadScenes", "Store", "Live",
                .product(name: "Logging", package: "swift-log"),
            ]),
        .testTarget(
            name: "DashboardTests",
            dependencies: [
                "NeuralNetwork", "Video", "RoadScenes", "Store", "Dashboard", .product(name: "Logging", package: "swift-log"),
            ]),
        .testTarget(name: "CommandLineTests", dependencies: ["Video", "Live", "camber"]),
    ],
    swiftLanguageModes: [.v6],
    cLanguageStandard: .gnu11
)
