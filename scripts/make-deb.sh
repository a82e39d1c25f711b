#!/usr/bin/env bash
# Makes a Debian package of a program that was linked with '--static-swift-stdlib': make-deb.sh PROGRAM FOLDER
# It depends on the versions of FFmpeg and OpenBLAS of the Debian or Ubuntu it is made on.
set -euo pipefail
cd "$(dirname "$0")/.."
program=$(realpath "$1") folder=$(realpath "$2")

if readelf -d "$program" | grep -q 'NEEDED.*libswift'; then
    echo "$program needs Swift's libraries, which no Debian has. Was it built with '--static-swift-stdlib'?" >&2
    exit 1
fi

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
tree=$work/tree
scripts/install.sh "$program" "$tree" /usr
install -D -m 644 packaging/debian/copyright "$tree/usr/share/doc/camber/copyright"

# Which packages hold the libraries that the program asks for; the tool wants to see a source package.
mkdir -p "$work/debian"
printf 'Source: camber\n\nPackage: camber\nArchitecture: any\n' >"$work/debian/control"
libraries=$(cd "$work" && dpkg-shlibdeps --warnings=0 -O "$tree/usr/bin/camber" | sed -n 's/^shlibs:Depends=//p')

mkdir -p "$tree/DEBIAN"
version=$("$program" --version) architecture=$(dpkg --print-architecture)
sed "s|@VERSION@|$version|; s|@ARCHITECTURE@|$architecture|; s|@LIBRARIES@|$libraries|
     s|@SIZE@|$(du -sk --exclude=DEBIAN "$tree" | cut -f1)|" packaging/debian/control.in >"$tree/DEBIAN/control"
echo /etc/camber/example.yaml >"$tree/DEBIAN/conffiles"
install -m 755 -t "$tree/DEBIAN" packaging/debian/{postinst,prerm,postrm}
(cd "$tree" && find usr -type f -print0 | sort -z | xargs -0 md5sum >DEBIAN/md5sums)

chmod -R go-w "$tree"
dpkg-deb --root-owner-group --build "$tree" "$folder/camber_${version}_$architecture.deb"
