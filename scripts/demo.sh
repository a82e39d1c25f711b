#!/usr/bin/env bash
# Shows Camber: demo.sh PROGRAM FOLDER [DRIVE]
#
# First a real road, or the reader's own drive. Then the whole circle on the synthetic road, where the truth is known: a model that has
# seen clear days only labels a drive in the dark rain as it comes, the daemon keeps frames, the learner makes a better model of them,
# and that takes its place while the frames keep flowing.
set -euo pipefail
camber=$1
out=$2
drive=${3:-samples/motorway.mp4}
start=samples/models/synthetic-day.safetensors
started=$SECONDS

say() { printf '\n== %s (%d s)\n' "$1" $((SECONDS - started)); }
# A number from a JSON answer of ours.
number() { sed -n "s/.*\"$1\" *: *\([0-9.]*\).*/\1/p" | head -n 1; }
status() { "$camber" status --socket "$out/status.sock" --json 2>/dev/null; }
percent() { "$camber" evaluate --dataset "folder:$out/truth" --model "$1" --json | number miou | awk '{ printf "%.1f", 100 * $1 }'; }
is_taken() { (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }
# A configuration of configs/ with this demo's folder, drive and port.
configure() {
    sed "s|\.\./samples/motorway\.mp4|$(realpath "$drive")|; s|\.\./\.demo|$PWD/$out|; s|\.\./|$PWD/|; s|127\.0\.0\.1:8080|127.0.0.1:$port|" \
        "configs/$1" >"$out/$1"
}

rm -rf "$out"
mkdir -p "$out"
port=8080
while is_taken $port; do port=$((port + 1)); done

say "A real road: $drive, and what samples/models/camvid.safetensors sees in it"
seconds=$(ffprobe -v error -show_entries format=duration -of csv=p=0 "$drive")
mkdir "$out/looks"
for n in 0 1 2 3 4 5 6 7 8; do
    at=$(awk -v seconds="$seconds" -v n=$n 'BEGIN { print seconds * (n + 0.5) / 9 }')
    ffmpeg -v error -ss "$at" -i "$drive" -frames:v 1 "$out/looks/$n.png"
done
"$camber" segment "$out/looks" --model samples/models/camvid.safetensors --size 480x360 -o "$out/looks.mp4" >/dev/null 2>&1
ffmpeg -v error -i "$out/looks.mp4" -vf scale=480:-2,tile=3x3 -frames:v 1 -update 1 "$out/sheet.png"
rm -r "$out/looks" "$out/looks.mp4"
echo "Look at $out/sheet.png"

say "The same live, on http://127.0.0.1:$port and into $out/road.mp4"
configure demo-road.yaml
"$camber" run --config "$out/demo-road.yaml" --for 20s --json >"$out/road.json" 2>"$out/road.log" || { cat "$out/road.log"; exit 1; }
echo "$(number frames <"$out/road.json") frames labeled"

say "A made-up road, where every pixel's truth is known: 24 labeled pictures of other drives in all weathers, 24 held out, a drive in the rain"
look=(--seed 15 --light dusk --weather rain)
"$camber" synthesize --out "$out/drive" --size 320x240 --frames 120 --fps 10 "${look[@]}" --format video >/dev/null 2>&1
"$camber" synthesize --out "$out/truth" --size 240x180 --frames 60 --fps 5 "${look[@]}" --format frames >/dev/null 2>&1
for set in labeled:100 held-out:200; do
    "$camber" synthesize --out "$out/${set%:*}" --size 240x176 --drives 12 --frames 2 --fps 0.25 --seed "${set#*:}" --format frames
done >/dev/null 2>&1

say "A model that has seen clear days only labels the drive as it comes: http://127.0.0.1:$port"
configure demo.yaml
"$camber" run --config "$out/demo.yaml" --json >"$out/run.json" 2>"$out/run.log" &
daemon=$!
trap 'kill $daemon 2>/dev/null || true' EXIT
spooled=0
for _ in $(seq 120); do
    [ "$spooled" -lt 30 ] || break
    sleep 1
    kill -0 $daemon 2>/dev/null || { cat "$out/run.log"; exit 1; }
    spooled=$(status | number spooled || true)
    spooled=${spooled:-0}
done

say "The daemon has kept $spooled frames that it can trust; the learner starts beside it"
"$camber" learn --config "$out/demo.yaml" 2>&1 | tee "$out/learn.txt"

grep -q "model [0-9]* promoted" "$out/learn.txt" || { echo "The new model was not promoted: $out/learn.txt says why." >&2; exit 1; }

say "The daemon takes the new model between two frames"
for _ in $(seq 60); do
    [ "$(status | number swaps)" = 0 ] || break
    sleep 1
done
sleep 3
kill -TERM $daemon
wait $daemon || true
trap - EXIT
printf '%s frames, %s dropped as late, %s swaps; the longest took %.0f ms\n' \
    "$(number frames <"$out/run.json")" "$(number late <"$out/run.json")" "$(number swaps <"$out/run.json")" \
    "$(sed -n '/"latency"/,$p' "$out/run.json" | number max)"

say "The same labels alone, for as many steps, and the drive's exact labels, which no model has seen"
steps=$(sed -n "s/.*Segmentation network, step: [0-9]* of \([0-9]*\).*/\1/p" "$out/learn.txt" | head -n 1)
"$camber" train segmentation --dataset "folder:$out/labeled" --validation none --recipe configs/recipes/synthetic-own.yaml --model "$start" \
    --epochs $(((steps + 5) / 6)) --out "$out/labels-alone.safetensors" 2>/dev/null
before=$(percent "$start")
labels=$(percent "$out/labels-alone.safetensors")
after=$(percent "$out/models/current")
scripts/draw-scores.sh "mIoU on the drive's exact labels" "before=$before" "labels alone=$labels" "labels and own frames=$after" \
    >"$out/scores.svg"
echo "mIoU $before % before, $labels % after $steps steps on labels alone, $after % after as many on labels and own frames"
for model in "$start" "$out/models/current"; do
    "$camber" segment "$out/drive/drive.mp4" --model "$model" --size 240x180 --every 2 -o "$out/$(basename "$model" .safetensors).mp4" \
        >/dev/null 2>&1
done
ffmpeg -v error -i "$out/synthetic-day.mp4" -i "$out/current.mp4" -filter_complex hstack "$out/before-after.mp4"
rm "$out/synthetic-day.mp4" "$out/current.mp4"

say "The files are in $out"
echo "  sheet.png, road.mp4     the real road"
echo "  scores.svg              what the daemon has learned"
echo "  before-after.mp4        the drive as both models see it, side by side"
echo "  models/, spool/         the registry and the kept frames: '$camber models list --config $out/demo.yaml', 'spool list' likewise"
echo "Once more with the page: $camber run --config $out/demo-road.yaml"
awk -v before="$before" -v after="$after" 'BEGIN { exit !(after > before) }'
