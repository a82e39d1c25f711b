#!/usr/bin/env bash
# Compiles Video against the FFmpeg of another Debian and runs its tests there: check-ffmpeg-versions.sh [SUITE] [FOLDER]
# trixie has FFmpeg 7.1. Needs root, debootstrap and about 2 GB in FOLDER, which may be used again; a warning is a failure.
set -euo pipefail
repository=$(realpath "$(dirname "$0")/..")
suite=${1:-trixie} folder=${2:-/var/tmp/camber-$suite}
swift=$(realpath "$(dirname "$(readlink -f "$(command -v swift)")")/../..")

# Mounts of its own, which end with it.
if [ "${CAMBER_MOUNTS:-}" != own ]; then
    CAMBER_MOUNTS=own exec unshare --mount "$0" "$suite" "$folder"
fi

if [ ! -e "$folder/etc/debian_version" ]; then
    debootstrap --variant=minbase "$suite" "$folder"
fi
mkdir -p "$folder/opt/swift" "$folder/camber" "$folder/check/Sources" "$folder/check/Tests"
mount --bind "$swift" "$folder/opt/swift"
mount --bind "$repository" "$folder/camber"
mount -t proc proc "$folder/proc"
mount --rbind /dev "$folder/dev"

# Video with what it stands on: its tests are quick to build, and nothing else sees FFmpeg.
ln -sfn /camber/Sources/CFFmpeg /camber/Sources/Errors /camber/Sources/Files /camber/Sources/Video "$folder/check/Sources"
ln -sfn /camber/Tests/Support /camber/Tests/VideoTests "$folder/check/Tests"
cat >"$folder/check/Package.swift" <<'END'
// swift-tools-version: 6.1
import PackageDescription

let package = Package(
    name: "check",
    targets: [
        .systemLibrary(name: "CFFmpeg"),
        .target(name: "Errors"),
        .target(name: "Files", dependencies: ["Errors"]),
        .target(name: "Video", dependencies: ["Errors", "Files", "CFFmpeg"]),
        .target(name: "TestSupport", path: "Tests/Support"),
        .testTarget(name: "VideoTests", dependencies: ["Video", "TestSupport"]),
    ],
    swiftLanguageModes: [.v6], cLanguageStandard: .gnu11)
END
echo '#include "/camber/Sources/CFFmpeg/CFFmpeg.h"' >"$folder/check/header.c"

chroot "$folder" bash -euo pipefail -c '
    export HOME=/root PATH=/opt/swift/usr/bin:$PATH DEBIAN_FRONTEND=noninteractive LC_ALL=C.UTF-8
    apt-get update -qq
    apt-get install -y -qq --no-install-recommends libavformat-dev libavcodec-dev libavutil-dev libavdevice-dev libswscale-dev \
        ffmpeg pkg-config python3 git ca-certificates g++ libxml2 libsqlite3-0 libcurl4 libncurses6 >/dev/null
    cd /check
    ffmpeg -version | head -1
    # Swift does not pass on what the compiler says of headers that it takes for the system'"'"'s.
    clang -Wall -Werror -c header.c -o /dev/null
    rm -rf .build
    swift build --build-tests -Xswiftc -warnings-as-errors
    swift test --skip-build'
echo "Video: compiled without a warning, and its tests passed, on Debian $suite."
