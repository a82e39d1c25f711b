#!/usr/bin/env bash
# Puts Camber where a system looks for programs, services and data: install.sh PROGRAM DESTDIR PREFIX
set -euo pipefail
cd "$(dirname "$0")/.."
program=$1 destination=$2 prefix=$3
tree=$destination$prefix

install -D -m 755 "$program" "$tree/bin/camber"

for unit in systemd/*.service systemd/*.timer; do
    install -D -m 644 "$unit" "$tree/lib/systemd/system/$(basename "$unit")"
done
sed -i "s|/usr/bin/camber|$prefix/bin/camber|; s|/usr/share/doc|$prefix/share/doc|" "$tree"/lib/systemd/system/camber*
install -D -m 644 systemd/camber.sysusers "$tree/lib/sysusers.d/camber.conf"
install -D -m 644 systemd/camber.tmpfiles "$tree/lib/tmpfiles.d/camber.conf"

install -D -m 644 -t "$tree/share/camber/models" samples/models/camvid.safetensors
install -D -m 644 -t "$tree/share/camber/recipes" configs/recipes/*.yaml
install -D -m 644 -t "$tree/share/camber" samples/drive.mp4
install -D -m 644 -t "$tree/share/doc/camber" README.md CHANGELOG.md docs/*.md
install -D -m 644 samples/models/README.md "$tree/share/doc/camber/models.md"
install -d "$tree/share/bash-completion/completions"
"$program" --generate-completion-script bash | sed '1{/^#!/d}' >"$tree/share/bash-completion/completions/camber"
chmod 644 "$tree/share/bash-completion/completions/camber"

# The example to copy, with the paths of an installed system in place of the repository's.
install -d "$destination/etc/camber"
sed "s|\.\./samples/models/|$prefix/share/camber/models/|g
     s|/tmp/camber-front\.sock|/run/camber/front/status.sock|g
     s|/tmp/camber-front\.|/var/lib/camber/front.|g" configs/vehicle.yaml >"$destination/etc/camber/example.yaml"
chmod 640 "$destination/etc/camber/example.yaml"
