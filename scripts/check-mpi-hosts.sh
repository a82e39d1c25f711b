#!/usr/bin/env bash
# Two hosts that train together, one of which fails: what is resumed must end with the bits of one process that was never disturbed.
# Usage: scripts/check-mpi-hosts.sh CAMBER    a camber built with --traits MPI; needs root, mpirun and ip. The hosts are network name
# spaces of this machine, with a cable between them.
set -euo pipefail

camber=$(realpath "$1")
# shellcheck source=scripts/bundle-fingerprint.sh
. "$(dirname "$0")/bundle-fingerprint.sh"
recipe=$(realpath "$(dirname "$0")/../configs/recipes/camvid-quick.yaml")
work=$(mktemp -d)
net=10.77.$((RANDOM % 250)).
one=camber-one-$$ two=camber-two-$$
cleanup() {
    ip netns pids "$two" 2>/dev/null | xargs -r kill -9 2>/dev/null || true
    ip netns del "$one" 2>/dev/null || true
    ip netns del "$two" 2>/dev/null || true
    rm -rf "$work"
}
trap cleanup EXIT
cd "$work"

ip netns add "$one"
ip netns add "$two"
ip link add one netns "$one" type veth peer name two netns "$two"
for host in "$one one 1" "$two two 2"; do
    read -r space link number <<<"$host"
    ip -n "$space" address add "$net$number/24" dev "$link"
    ip -n "$space" link set "$link" up
    ip -n "$space" link set lo up
done
# In place of ssh: the first argument is the host, the others are what to run there.
cat >agent <<END
#!/bin/sh
shift
exec ip netns exec $two unshare --uts sh -c "hostname two; \$*"
END
chmod +x agent

"$camber" synthesize --out road --frames 32 --fps 0.5 --size 96x64 --format frames >/dev/null
options=(train segmentation --dataset folder:road --validation none --recipe "$recipe" --epochs 12 --threads 1 --set batch=4
    --set crop_width=64 --set crop_height=48 --set average=0.9)
together() {
    ip netns exec "$one" unshare --uts sh -c 'hostname one; exec "$@"' - mpirun --allow-run-as-root --bind-to none \
        --mca plm_rsh_agent "$work/agent" --mca btl tcp,self --mca btl_tcp_if_include "${net}0/24" --mca oob_tcp_if_include "${net}0/24" \
        -np 2 --host "${net}1,${net}2" "$camber" "${options[@]}" --out "$work/together.safetensors" "$@"
}
steps() { { wc -l <together.log.jsonl; } 2>/dev/null || echo 0; }

together 2>first.errors &
training=$!
for _ in $(seq 600); do
    [ "$(steps)" -lt 4 ] || break
    sleep 0.1
done
victim=$(ip netns pids "$two" | while read -r pid; do
    [ "$(readlink "/proc/$pid/exe")" != "$camber" ] || echo "$pid"
done | head -n 1)
[ -n "$victim" ] || { cat first.errors >&2; echo "Nobody trains on the second host." >&2; exit 1; }
kill -9 "$victim"
! wait "$training" || { echo "The training did not notice that a host had failed." >&2; exit 1; }
[ ! -e together.safetensors ] || { echo "It was over before the host failed." >&2; exit 1; }
before=$(steps)

together --resume 2>second.errors || { cat second.errors >&2; exit 1; }
"$camber" "${options[@]}" --accumulate 2 --out alone.safetensors 2>alone.errors || { cat alone.errors >&2; exit 1; }

[ -n "$(fingerprint together)" ]
if [ "$(fingerprint together)" != "$(fingerprint alone)" ]; then
    echo "Two hosts, one of which failed after epoch $before, ended with other weights than one process." >&2
    exit 1
fi
[ "$(steps)" = 12 ]
echo "Two hosts, one of which failed after epoch $before and was resumed, ended with the weights of one process: $(fingerprint alone)"
