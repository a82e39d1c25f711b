#!/usr/bin/env bash
# Checks what no test sees: the house's format of Swift and C, faults of shell scripts and Python. What is not installed is named and left out.
set -euo pipefail
cd "$(dirname "$0")/.."

failed=0
fail() {
    echo "$1" >&2
    failed=1
}

if swift format --version >/dev/null 2>&1; then
    folder=$(mktemp -d)
    trap 'rm -rf "$folder"' EXIT
    cp -r Sources Tests Package.swift .swift-format "$folder"
    (cd "$folder" && swift format --in-place --recursive --parallel Sources Tests Package.swift)
    for path in Sources Tests Package.swift; do
        diff -r -q --no-dereference "$path" "$folder/$path" | grep '^Files .*\.swift differ$' | cut -d' ' -f2 >>"$folder/differ" || true
    done
    [ ! -s "$folder/differ" ] || fail "Not in the house's format, 'make format' brings it:"$'\n'"$(cat "$folder/differ")"
else
    echo "Swift: not checked, swift format is not installed."
fi

if command -v clang-format >/dev/null; then
    # Versions 14 to 20 agree on these files.
    c_files=$(git ls-files '*.c' '*.h' | xargs clang-format --dry-run 2>&1 | sed -n 's/^\([^:]*\.[ch]\):.*/\1/p' | sort -u)
    [ -z "$c_files" ] || fail "Not in the house's format, 'make format' brings it:"$'\n'"$c_files"
else
    echo "C: not checked, clang-format is not installed."
fi

if command -v shellcheck >/dev/null; then
    shellcheck --severity=warning scripts/*.sh .ci/run || fail "Shell scripts have faults."
else
    echo "Shell scripts: not checked, shellcheck is not installed."
fi

if command -v ruff >/dev/null; then
    # Faults only: syntax, names that are not there, imports that nobody uses.
    ruff check --quiet --select E9,F scripts Benchmarks || fail "Python scripts have faults."
else
    echo "Python: not checked, ruff is not installed."
fi

long=$(git ls-files '*.swift' '*.c' '*.h' '*.py' '*.js' | grep -v -e '\.pb\.swift$' -e GlyphAtlas+Aileron | xargs -r wc -l | awk '$1 > 400 && $2 != "total" { print $2 ": " $1 " lines" }')
[ -z "$long" ] || fail "Longer than 400 lines:"$'\n'"$long"

[ "$failed" = 0 ] && echo "Style: nothing to complain about."
exit "$failed"
