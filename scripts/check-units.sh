#!/usr/bin/env bash
# Checks what the package asks of systemd when it is updated, and the systemd units: that systemd takes every line, and that the
# services are exposed to little (at most 2.0 of 10). Where there is no systemd-analyze there is nothing to check units with.
set -euo pipefail
cd "$(dirname "$0")/../systemd"
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

# The package's script beside a systemctl that only notes what it is asked.
mkdir "$folder/bin"
for program in systemctl systemd-sysusers systemd-tmpfiles; do
    printf '#!/bin/sh\necho "%s $*" >>"%s/asked"\n' "$program" "$folder" >"$folder/bin/$program"
    chmod +x "$folder/bin/$program"
done
sed "s|/run/systemd/system|$folder|" ../packaging/debian/postinst >"$folder/postinst"
PATH="$folder/bin:$PATH" sh "$folder/postinst" configure
# A service is ready with its first frame: cameras that are off would hold up the update.
if ! grep -q "^systemctl --no-block try-restart camber@" "$folder/asked"; then
    echo "The package's postinst does not restart the cameras without waiting for them. It asks:"
    cat "$folder/asked"
    exit 1
fi

# Removed, a camera that had failed is no failed service of the machine.
sed "s|/run/systemd/system|$folder|" ../packaging/debian/prerm >"$folder/prerm"
PATH="$folder/bin:$PATH" sh "$folder/prerm" remove
if ! grep -q "^systemctl reset-failed camber\*" "$folder/asked"; then
    echo "The package's prerm leaves cameras that have failed."
    exit 1
fi

# All that is left of a vehicle goes with 'purge', and it ends well: frames behind a link to another disk, links of enabled cameras.
mkdir -p "$folder/disk/spool" "$folder/var/lib" "$folder/etc/systemd/system/multi-user.target.wants" "$folder/etc/camber"
touch "$folder/disk/spool/00000001-frame.jpg" "$folder/etc/camber/front.yaml"
ln -s "$folder/disk" "$folder/var/lib/camber"
ln -s /nowhere "$folder/etc/systemd/system/multi-user.target.wants/camber@front.service"
sed "s| /var/lib| $folder/var/lib|g; s| /etc| $folder/etc|g" ../packaging/debian/postrm >"$folder/postrm"
PATH="$folder/bin:$PATH" sh "$folder/postrm" purge
left=$(find "$folder/disk" "$folder/var" "$folder/etc" ! -type d | grep -v 'camber/front.yaml$' || true)
if [ -n "$left" ]; then
    echo "The package's postrm leaves when it is purged:"
    echo "$left"
    exit 1
fi

if ! command -v systemd-analyze >/dev/null; then
    echo "Units: not checked, systemd-analyze is not installed."
    exit 0
fi

# What the units name must exist to be taken: the program is 'true' here, the templates get a name.
sed 's|/usr/bin/camber|/bin/true|' camber@.service >"$folder/camber@front.service"
sed 's|/usr/bin/camber|/bin/true|' camber-learn.service >"$folder/camber-learn.service"
cp camber-learn.timer "$folder"

# Only what is said of these units counts, not what is wrong with others on this machine.
complaints=$(systemd-analyze verify --man=no "$folder"/*.service "$folder"/*.timer 2>&1 | grep -i camber || true)
if [ -n "$complaints" ]; then
    echo "systemd-analyze verify says:"
    echo "$complaints"
    exit 1
fi

for unit in camber@front.service camber-learn.service; do
    if ! report=$(systemd-analyze security --offline=true --threshold=20 --no-pager "$folder/$unit" 2>&1); then
        echo "$unit is exposed to more than 2.0:"
        echo "$report" | grep -v '^✓'
        exit 1
    fi
    echo "$report" | tail -1
done
