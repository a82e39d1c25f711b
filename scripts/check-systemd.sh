#!/usr/bin/env bash
# Tries the packages of 'make deb' under a real systemd, in a container: check-systemd.sh CAMBER.deb MODELS.deb [ROOT]
# A service's life from install to purge; takes minutes. ROOT is a Debian with systemd of the packages' release; without one, debootstrap
# makes it. Needs root. Exit 77: it cannot run here. What a container lacks is not tried: devices, limits of memory and processor, the
# clock.
# The shell inside expands what stands in single quotes.
# shellcheck disable=SC2016
set -euo pipefail
program=$(realpath "$1") models=$(realpath "$2") given=${3:-}

cannot() { echo "Not tried: $1" >&2; exit 77; }
[ "$(id -u)" = 0 ] || cannot "a container needs root."
for tool in systemd-nspawn nsenter dpkg-deb; do command -v "$tool" >/dev/null || cannot "$tool is not installed."; done
[ -n "$given" ] || command -v debootstrap >/dev/null || cannot "debootstrap is not installed."

work=$(mktemp -d) root=$work/root host=
end() {
    # The second one does not wait.
    if [ -n "$host" ]; then kill -TERM "$host" && sleep 1 && kill -TERM "$host" && wait "$host"; fi 2>/dev/null || true
    rm -rf --one-file-system "$work"
}
trap end EXIT

if [ -n "$given" ]; then cp -a "$given" "$root"; else
    # shellcheck source=/dev/null
    debootstrap --variant=minbase --include=systemd,systemd-sysv,dbus "$(. /etc/os-release && echo "$VERSION_CODENAME")" "$root" \
        >"$work/log" 2>&1 || { tail -3 "$work/log" >&2; cannot "debootstrap failed."; }
fi

# The same program as a newer version.
mkdir "$root/packages"
cp "$program" "$root/packages/camber.deb"
cp "$models" "$root/packages/camber-models.deb"
dpkg-deb -R "$program" "$work/newer"
sed -i 's/^Version: .*/Version: 999/' "$work/newer/DEBIAN/control"
dpkg-deb --root-owner-group -Znone --build "$work/newer" "$root/packages/newer.deb" >/dev/null

inside() { nsenter -t "$first" -a env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin DEBIAN_FRONTEND=noninteractive "$@"; }

boot() {
    systemd-nspawn -q -D "$root" --register=no --keep-unit --boot --console=pipe </dev/null >"$work/console" 2>&1 &
    host=$!
    for _ in $(seq 120); do
        first=$(pgrep -P "$host" | head -1) || true
        if [ -n "$first" ] && inside systemctl is-system-running 2>/dev/null | grep -qE 'starting|running|degraded'; then return; fi
        kill -0 "$host" 2>/dev/null || break
        sleep 0.5
    done
    tail -3 "$work/console" >&2
    cannot "the container does not start."
}

failures=0
# What must be so, and a command inside; with a number, the seconds in which it has to become so.
must() {
    local what=$1 limit=0
    shift
    case $1 in [0-9]*) limit=$1; shift ;; esac
    for _ in $(seq 0 "$limit"); do
        if inside "$@" >"$work/said" 2>&1; then echo "ok    $what"; return; fi
        [ "$limit" = 0 ] || sleep 1
    done
    echo "WRONG $what"
    tail -5 "$work/said"
    failures=$((failures + 1))
}
configure() {
    printf 'source: %s\nmodel: camvid\nsize: 128x72\nfps: 3\nthreads: 1\noutputs: [{kind: picture, file: /var/lib/camber/%s.jpg}]\n' \
        "$2" "$1" >"$root/etc/camber/$1.yaml"
}

boot
must "the packages install" \
    sh -c 'apt-get update -q && apt-get install -yq --no-install-recommends /packages/camber.deb /packages/camber-models.deb'
configure front '{location: /usr/share/camber/motorway.mp4, repeat: true, pace: source}'
configure rear '{location: "rtsp://127.0.0.1:1/off"}'
echo 'fps: fast' >"$root/etc/camber/wrong.yaml"
inside systemd-tmpfiles --create camber.conf
must "configurations are readable for the services alone" sh -c '[ "$(stat -c %a:%G /etc/camber/front.yaml)" = 640:camber ]'
must "a camera starts with its first frame" timeout 120 systemctl start camber@front
must "... and answers" camber status front
must "... on a socket for its user and group" sh -c '[ "$(stat -c %a:%U /run/camber/front/status.sock)" = 660:camber ]'
must "a camera that is off holds up no start" timeout 120 systemctl start camber@rear
must "... and says what it waits for" sh -c 'systemctl status camber@rear | grep "Status:.*waiting.*Cannot open"'
must "... and reloads" timeout 60 systemctl reload camber@rear
must "a wrong configuration fails at once" \
    sh -c '! systemctl start camber@wrong && [ "$(systemctl show -P ExecMainStatus camber@wrong)" = 2 ]'
must "... and the journal has it under errors" sh -c "journalctl -p err -u camber@wrong | grep \"wrong.yaml:1: the file has no 'source'\""
must "a camera reloads" systemctl reload camber@front
inside systemctl kill -s KILL camber@front
must "a killed camera comes back" 60 sh -c '[ "$(systemctl show -P NRestarts camber@front)" = 1 ] && systemctl -q is-active camber@front'
inside systemctl kill -s STOP camber@front camber@rear
must "a camera that hangs is started again" 120 \
    sh -c '[ "$(systemctl show -P NRestarts camber@front)" = 2 ] && systemctl -q is-active camber@front'
must "... so is one that waits for its camera" 60 \
    sh -c '[ "$(systemctl show -P NRestarts camber@rear)" = 1 ] && systemctl -q is-active camber@rear'
must "cameras stop in time" sh -c 'systemctl stop "camber@*" && [ "$(systemctl show -P Result camber@front)" = success ]'
must "cameras are enabled" systemctl enable camber@front camber@rear
kill -TERM "$host"
wait "$host" || true
boot
must "a boot ends, whatever is off" 120 systemctl -q is-active multi-user.target
must "... and both cameras run" 120 systemctl -q is-active camber@front camber@rear
was=$(inside systemctl show -P MainPID camber@front)
must "an update ends" timeout 600 apt-get install -yq /packages/newer.deb
must "... and starts the cameras again" 60 \
    sh -c "[ \$(systemctl show -P MainPID camber@front) != $was ] && systemctl -q is-active camber@front camber@rear"
must "removing ends" timeout 600 apt-get remove -yq camber
must "... and leaves frames and configurations" \
    sh -c '! systemctl list-units --state=active "camber*" | grep camber && ls /var/lib/camber/front.jpg /etc/camber/front.yaml'
must "purging ends" timeout 600 apt-get purge -yq camber camber-models
must "... and leaves only the configurations" \
    sh -c '[ ! -e /var/lib/camber ] && ! ls /etc/systemd/system/*.wants/camber* && ls /etc/camber/front.yaml'
must "... and nothing that has failed" sh -c '! systemctl list-units --failed | grep camber'
must "it installs again" apt-get install -yq --no-install-recommends /packages/camber.deb /packages/camber-models.deb
must "... and runs" timeout 120 systemctl start camber@front
[ "$failures" = 0 ] || { echo "$failures of these are wrong." >&2; exit 1; }
