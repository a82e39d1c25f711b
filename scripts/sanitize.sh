#!/usr/bin/env bash
# Runs the tests under a sanitizer of the compiler: scripts/sanitize.sh address|thread|undefined [FILTER]. Ends with 1 at the first finding.
set -euo pipefail
cd "$(dirname "$0")/.."

kind=$1
filter=${2:-}
build=.build/sanitize-$kind

# A finding ends the test. Leaks are not looked for: FFmpeg, OpenBLAS and Swift keep what they made once.
export ASAN_OPTIONS=detect_leaks=0:abort_on_error=1:allocator_may_return_null=1
export TSAN_OPTIONS=halt_on_error=1:suppressions=$PWD/scripts/tsan-suppressions.txt

checks=(--sanitize="$kind")
skipped=()
case $kind in
address)
    # The kernels are inlined deeply: checks as calls keep the compiler from taking minutes and gigabytes for each.
    checks+=(-Xcc -mllvm -Xcc -asan-instrumentation-with-call-threshold=0)
    ;;
thread)
    # FFmpeg cancels its own threads of streams in the middle of a call, which ThreadSanitizer does not bear.
    skipped=(--skip StreamTests)
    ;;
undefined)
    # The compiler has it for C only; Swift traps by itself. A finding ends the test with an illegal instruction.
    checks=(-Xcc -fsanitize=undefined -Xcc -fsanitize-trap=undefined)
    ;;
esac

swift build -c release "${checks[@]}" --scratch-path "$build" --build-tests
if [ "$kind" = thread ]; then
    clang -shared -fPIC -O1 -o "$build/tsan_mutex.so" scripts/tsan_mutex.c
    export LD_PRELOAD=$PWD/$build/tsan_mutex.so
fi
swift test -c release "${checks[@]}" --scratch-path "$build" --skip-build --no-parallel ${filter:+--filter "$filter"} "${skipped[@]}"
