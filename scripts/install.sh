#!/usr/bin/env bash
# Puts Camber where a system looks for programs, services and data: install.sh PROGRAM DESTDIR PREFIX
set -euo pipefail
cd "$(dirname "$0")/.."
program=$1 destination=$2 prefix=$3
tree=$destination$prefix

# Without its symbols, which are three quarters of it.
install -D -s -m 755 "$program" "$tree/bin/camber"

for unit in systemd/*.service systemd/*.timer; do
    install -D -m 644 "$unit" "$tree/lib/systemd/system/$(basename "$unit")"
done
sed -i "s|/usr/bin/camber|$prefix/bin/camber|; s|/usr/share/doc|$prefix/share/doc|" "$tree"/lib/systemd/system/camber*
install -D -m 644 systemd/camber.sysusers "$tree/lib/sysusers.d/camber.conf"
install -D -m 644 systemd/camber.tmpfiles "$tree/lib/tmpfiles.d/camber.conf"

install -D -m 644 -t "$tree/share/camber/models" samples/models/camvid.safetensors samples/models/camvid-paper.safetensors
install -D -m 644 -t "$tree/share/camber/recipes" configs/recipes/*.yaml
install -D -m 644 -t "$tree/share/camber" samples/motorway.mp4

# The pages stand side by side, and lead to each other there.
pages=$tree/share/doc/camber
install -D -m 644 -t "$pages" README.md CHANGELOG.md CONTRIBUTING.md LICENSE docs/*.md docs/openapi.yaml
install -m 644 samples/models/README.md "$pages/models.md"
install -m 644 samples/README.md "$pages/samples.md"
install -m 644 Benchmarks/README.md "$pages/benchmarks.md"
sed -i -E 's,\]\((\.\./)*samples/models/README\.md,](models.md,g; s,\]\((\.\./)*samples/README\.md,](samples.md,g
    s,\]\((\.\./)*Benchmarks/README\.md,](benchmarks.md,g; s,\]\((\.\./)*docs/,](,g; s,\]\((\.\./)+,](,g' "$pages"/*.md
install -D -m 644 -t "$pages/pictures" docs/pictures/*
install -D -m 644 -t "$pages/examples" packaging/archive/*
sed -i "s,packaging/archive/,$prefix/share/doc/camber/examples/,g" "$pages/archive.md"

# From the commands themselves.
completion() {
    install -D -m 644 /dev/null "$tree/share/$2"
    "$program" --generate-completion-script "$1" | sed '1{/^#!/d}' >"$tree/share/$2"
}
completion bash bash-completion/completions/camber
case $prefix in /usr) zsh=vendor-completions ;; *) zsh=site-functions ;; esac
completion zsh "zsh/$zsh/_camber"
completion fish fish/vendor_completions.d/camber.fish
install -D -m 644 /dev/null "$tree/share/man/man1/camber.1.gz"
scripts/make-manual.py "$program" | gzip -9n >"$tree/share/man/man1/camber.1.gz"

# The example to copy, with the paths of an installed system in place of the repository's.
install -d "$destination/etc/camber"
sed "s|\.\./samples/models/|$prefix/share/camber/models/|g
     s|docs/\([a-z]*\.md\)|$prefix/share/doc/camber/\1|g
     s|/tmp/camber-front\.sock|/run/camber/front/status.sock|g
     s|/tmp/camber-front\.|/var/lib/camber/front.|g" configs/vehicle.yaml >"$destination/etc/camber/example.yaml"
chmod 640 "$destination/etc/camber/example.yaml"
