#!/usr/bin/env bash
# Makes the Debian packages of a program that was linked with '--static-swift-stdlib': make-deb.sh PROGRAM FOLDER
# The program depends on the versions of FFmpeg and OpenBLAS of the Debian or Ubuntu it is made on. The sample models are a package of
# their own: they change less often, and have another licence.
set -euo pipefail
cd "$(dirname "$0")/.."
program=$(realpath "$1") folder=$(realpath "$2")

if readelf -d "$program" | grep -q 'NEEDED.*libswift'; then
    echo "$program needs Swift's libraries, which no Debian has. Was it built with '--static-swift-stdlib'?" >&2
    exit 1
fi

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
tree=$work/camber models=$work/camber-models
version=$("$program" --version) architecture=$(dpkg --print-architecture)

# Packs a tree that has its files: pack TREE CONTROL COPYRIGHT ARCHITECTURE
pack() {
    install -D -m 644 "packaging/debian/$3" "$1/usr/share/doc/$(basename "$1")/copyright"
    mkdir -p "$1/DEBIAN"
    sed "s|@VERSION@|$version|; s|@ARCHITECTURE@|$4|; s|@LIBRARIES@|${libraries:-}|
         s|@SIZE@|$(du -sk --exclude=DEBIAN "$1" | cut -f1)|" "packaging/debian/$2" >"$1/DEBIAN/control"
    (cd "$1" && find usr -type f -print0 | sort -z | xargs -0 md5sum >DEBIAN/md5sums)
    chmod -R go-w "$1"
    dpkg-deb --root-owner-group -Zxz -z9 -Sextreme --build "$1" "$folder/$(basename "$1")_${version}_$4.deb"
}

scripts/install.sh "$program" "$tree" /usr
mkdir -p "$models/usr/share/camber" "$models/usr/share/doc/camber-models"
mv "$tree/usr/share/camber/models" "$models/usr/share/camber/"
mv "$tree/usr/share/doc/camber/models.md" "$models/usr/share/doc/camber-models/README.md"
sed -i 's,](\([a-z]*\.md\),](../camber/\1,g' "$models/usr/share/doc/camber-models/README.md"
sed -i 's,](models\.md,](../camber-models/README.md,g' "$tree"/usr/share/doc/camber/*.md
pack "$models" control-models.in copyright-models all

# Which packages hold the libraries that the program asks for; the tool wants to see a source package.
mkdir -p "$work/debian"
printf 'Source: camber\n\nPackage: camber\nArchitecture: any\n' >"$work/debian/control"
libraries=$(cd "$work" && dpkg-shlibdeps --warnings=0 -O "$tree/usr/bin/camber" | sed -n 's/^shlibs:Depends=//p')
mkdir "$tree/DEBIAN"
echo /etc/camber/example.yaml >"$tree/DEBIAN/conffiles"
install -m 755 -t "$tree/DEBIAN" packaging/debian/{postinst,prerm,postrm}
pack "$tree" control.in copyright "$architecture"
