#!/usr/bin/env bash
# Two processes that train together must end with the bits of gradient accumulation in one.
# Usage: scripts/check-mpi.sh CAMBER    a camber built with --traits MPI; needs mpirun
set -euo pipefail

camber=$(realpath "$1")
# shellcheck source=scripts/bundle-fingerprint.sh
. "$(dirname "$0")/bundle-fingerprint.sh"
recipe=$(realpath "$(dirname "$0")/../configs/recipes/camvid-quick.yaml")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

"$camber" synthesize --out road --frames 32 --fps 0.5 --size 96x64 --format frames >/dev/null
train() { # NAME PROGRAM…
    local name=$1
    shift
    "$@" train segmentation --dataset folder:road --validation none --recipe "$recipe" --epochs 3 --threads 1 \
        --set batch=4 --set crop_width=64 --set crop_height=48 --set average=0.9 --out "$name.safetensors" "${more[@]}" 2>"$name.errors" ||
        { cat "$name.errors" >&2; exit 1; }
}
root=()
[ "$(id -u)" = 0 ] && root=(--allow-run-as-root)
more=()
train together mpirun "${root[@]}" --oversubscribe --bind-to none -np 2 "$camber"
more=(--accumulate 2)
train alone "$camber"

[ -n "$(fingerprint together)" ]
if [ "$(fingerprint together)" != "$(fingerprint alone)" ]; then
    echo "2 processes x batch 4 and accumulation of 2 x batch 4 ended with different weights." >&2
    exit 1
fi
[ "$(wc -l <together.log.jsonl)" = 3 ]
echo "2 processes x batch 4 ended with the weights of 2 accumulated batches of 4: $(fingerprint alone)"
