#!/usr/bin/env bash
# Shows the whole circle on the synthetic road, where the truth is known: a weak model labels the drive in samples/ as it comes,
# keeps what it can trust, learns from it, and the better model takes its place while the frames keep flowing.
set -euo pipefail
camber=$1
out=$2
config=configs/demo.yaml
drive=samples/drive.mp4
weak=samples/models/synthetic-weak.safetensors
started=$SECONDS

say() { printf '\n== %s (%d s)\n' "$1" $((SECONDS - started)); }
# A number from a JSON answer of ours.
number() { sed -n "s/.*\"$1\" *: *\([0-9.]*\).*/\1/p" | head -n 1; }
status() { "$camber" status --socket "$out/status.sock" --json 2>/dev/null; }
score() { "$camber" evaluate --dataset "folder:$out/drive" --model "$1" --json | number miou; }

rm -rf "$out"
mkdir -p "$out"

say "24 labeled pictures of other drives to learn from, 24 held out to judge by, and the drive's exact labels for the end"
"$camber" synthesize --out "$out/drive" --size 240x180 --frames 60 --fps 5 --seed 15 --light day --weather clear --format frames 2>/dev/null
"$camber" synthesize --out "$out/labeled" --size 240x176 --drives 12 --frames 2 --fps 0.25 --seed 100 --format frames 2>/dev/null
"$camber" synthesize --out "$out/held-out" --size 240x176 --drives 12 --frames 2 --fps 0.25 --seed 200 --format frames 2>/dev/null

say "The daemon labels $drive like a camera's frames, ten a second, with the weak model: $config"
"$camber" run --config "$config" --json >"$out/run.json" 2>"$out/run.log" &
daemon=$!
trap 'kill $daemon 2>/dev/null || true' EXIT
spooled=0
for _ in $(seq 60); do
    [ "$spooled" -lt 30 ] || break
    sleep 1
    kill -0 $daemon 2>/dev/null || { cat "$out/run.log"; exit 1; }
    spooled=$(status | number spooled || true)
    spooled=${spooled:-0}
done
"$camber" status --socket "$out/status.sock"

say "It has kept $spooled frames that it can trust; the learner starts beside it"
"$camber" learn --config "$config" | tee "$out/learn.txt"

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

say "The drive's exact labels, which no model has seen, say"
before=$(score "$weak")
after=$(score "$out/models/current")
awk -v before="$before" -v after="$after" \
    'BEGIN { printf "mIoU %.1f %% before, %.1f %% after one cycle\n", 100 * before, 100 * after; exit !(after > before) }'
"$camber" segment "$drive" --model "$weak" --size 240x180 -o "$out/before.mp4" 2>/dev/null >/dev/null
"$camber" segment "$drive" --model "$out/models/current" --size 240x180 -o "$out/after.mp4" 2>/dev/null >/dev/null

say "The files are in $out"
echo "  before.mp4, after.mp4   the drive as both models see it"
echo "  models/                 the registry: 'camber models list' shows its history"
echo "  spool/                  the frames that were kept: 'camber spool list'"
echo "  learn.txt               what the learner said"
