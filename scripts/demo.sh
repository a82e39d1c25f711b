#!/usr/bin/env bash
# Shows the main job on the drive in samples/: first the recording, frame by frame, then as if it came from a camera.
set -euo pipefail
camber=$1
out=$2
model=samples/models/camvid.safetensors
drive=samples/drive.mp4

rm -rf "$out"
mkdir -p "$out"

echo "== Every frame of $drive: overlay, masks and a report"
"$camber" segment "$drive" --model "$model" -o "$out/overlay.mp4" --masks "$out/masks.mkv" --report "$out/report.json"
ffmpeg -loglevel error -y -sseof -1 -i "$out/overlay.mp4" -frames:v 1 "$out/overlay.png"

echo
echo "== The same drive as a camera, for ten seconds: configs/demo.yaml"
"$camber" run --config configs/demo.yaml --for 10s &
daemon=$!
trap 'kill $daemon 2>/dev/null || true' EXIT
sleep 7
"$camber" status --socket "$out/status.sock"
wait $daemon
trap - EXIT

echo
echo "The pictures are in $out:"
echo "  overlay.mp4  the drive with the classes' colours and a legend"
echo "  overlay.png  one frame of it"
echo "  masks.mkv    class indices, one frame for each of the drive's"
echo "  report.json  frames, times and each class's share"
echo "  latest.jpg   what the daemon saw last"
