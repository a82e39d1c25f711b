#!/usr/bin/env python3
"""Seven days of live recording on a small disk, ten minutes in a second: what is kept, and what it costs the loop.

    sudo python3 Benchmarks/recording-week.py --camber .build/release/camber [--days 7]

An overlay with a limit of its size, masks with a limit of their age, and the camera's own video around a mark a day, on a disk of 24 MB of
which 4 stay free. The power goes once a day: the daemon is killed. Looked at five times a second, no limit may be passed. In the end the
newest files are there and play, every finished one has all its frames, and the loop has lost none. Ends with 1 where something is not so.

Mounts a small file system, for which it has to be root. Needs Debian's ffmpeg.
"""
import argparse
import contextlib
import json
import shutil
import subprocess
import sys
import time

from daemon_bench import ROOT, Bench

DISK, KEEP_FREE, OVERLAY, EVENTS = 24_000_000, 4_000_000, 6_000_000, 1_000_000
# Units: seconds of this run; ten minutes and ten hours of the week.
SEGMENT, AGE, DAY = 1, 60, 144
FPS = 10
OUTPUTS = f"""
outputs:
  - {{{{kind: overlay, file: {{disk}}/road.mp4, segment: {SEGMENT}s, size: {OVERLAY // 1000}KB, keep_free: {KEEP_FREE // 1000}KB, sidecar: true}}}}
  - {{{{kind: masks, file: {{disk}}/masks.mkv, segment: {SEGMENT}s, age: {AGE}s, keep_free: {KEEP_FREE // 1000}KB}}}}
  - {{{{kind: event, file: {{disk}}/event.mp4, before: 2s, after: 2s, size: {EVENTS // 1000}KB}}}}
"""


def files(disk, name):
    """Recordings, the oldest first."""
    found = [path for path in disk.glob(f"{name}-*.m*") if path.suffix in (".mp4", ".mkv") and "partial" not in path.name]
    return sorted(found, key=lambda path: path.stat().st_mtime)


def total(disk, name):
    """Bytes; a file that gets its name meanwhile is seen under both."""
    sizes = {}
    for path in disk.glob(f"*{name}*"):
        with contextlib.suppress(FileNotFoundError):
            status = path.stat()
            sizes[status.st_ino] = status.st_size
    return sum(sizes.values())


def frames(path):
    """How many can be played; none where it does not play. A cut in the middle of a frame is no fault of the others."""
    answer = subprocess.run(["ffprobe", "-v", "error", "-select_streams", "v:0", "-count_frames", "-show_entries",
                             "stream=nb_read_frames", "-of", "csv=p=0", path], check=False, capture_output=True, text=True)
    count = answer.stdout.strip().rstrip(",")
    return int(count) if answer.returncode == 0 and count.isdigit() else None


class Watch:
    """The limits, as they are kept from moment to moment."""

    def __init__(self, disk):
        self.disk, self.looks, self.most, self.most_events, self.least_free, self.oldest = disk, 0, 0, 0, DISK, 0

    def look(self):
        self.looks += 1
        self.most = max(self.most, total(self.disk, "road"))
        self.most_events = max(self.most_events, total(self.disk, "event"))
        with contextlib.suppress(FileNotFoundError):
            ages = [time.time() - path.stat().st_mtime for path in files(self.disk, "masks")]
            self.oldest = max([self.oldest, *ages])
        self.least_free = min(self.least_free, shutil.disk_usage(self.disk).free)


def day(bench, config, watch, number):
    """Records a day and cuts the power. What the daemon said shortly before."""
    daemon = bench.start(config)
    end, marked = time.monotonic() + DAY, False
    while time.monotonic() < end:
        watch.look()
        time.sleep(0.2)
        if not marked and end - time.monotonic() < DAY / 2:
            marked = True
            bench.run("mark", "--socket", bench.work / "status.sock")
    said = bench.status()
    daemon.kill()
    daemon.communicate()
    kept = ", ".join(f"{len(files(watch.disk, name))} {name}" for name in ("road", "masks", "event"))
    print(f"day {number}: {said['frames']} frames, {kept}", flush=True)
    return said


def judge(bench, disk, watch, days):
    late = sum(said["drops"]["late"] for said in days)
    bench.check(late == 0, f"the loop lost {late} of {sum(said['frames'] for said in days)} frames")
    dropped = sum(output["dropped"] for said in days for output in said["outputs"])
    bench.check(dropped == 0, f"the outputs missed {dropped}")
    bench.check(watch.most <= OVERLAY, f"overlays took {watch.most / 1e6:.2f} MB at most, {OVERLAY / 1e6:.0f} allowed; {watch.looks} looks")
    bench.check(watch.least_free >= KEEP_FREE, f"at least {watch.least_free / 1e6:.2f} MB stayed free, {KEEP_FREE / 1e6:.0f} wanted")
    bench.check(watch.most_events <= EVENTS, f"events took {watch.most_events / 1e6:.2f} MB at most, {EVENTS / 1e6:.0f} allowed")
    # Looked at when a file ends, and while no daemon runs nobody removes any.
    bench.check(watch.oldest < AGE + 10, f"masks were {watch.oldest:.0f} s old at most, {AGE} allowed")
    now = time.time()
    for name in ("road", "masks", "event"):
        found = files(disk, name)
        counts = {path.name: frames(path) for path in found}
        bench.check(bool(found) and now - found[-1].stat().st_mtime < (5 * SEGMENT if name != "event" else DAY),
                    f"{name}: {len(found)} files, the newest of the last moments")
        silent = [path for path in counts if counts[path] is None]
        bench.check(not silent, f"{name}: all of them play" + (f" but {silent}" if silent else ""))
        if name == "road":
            sidecars = [disk / f"{path.name}.jsonl" for path in found]
            lines = [[json.loads(line)["frame"] for line in file.read_text().splitlines()] for file in sidecars if file.exists()]
            # A cut takes the last frames of a recording, and the last line of a sidecar.
            unlike = sum(len(part) != count for part, count in zip(lines, counts.values()))
            bench.check(len(lines) == len(found) and unlike <= len(days), f"overlays have sidecars, of {unlike} the power cut one shorter")
            gaps = sum(after[0] - before[-1] != 1 for before, after in zip(lines, lines[1:]) if after[0] > before[-1])
            bench.check(gaps == 0, f"{gaps} gaps between one file and the next")
    orphans = [path.name for path in disk.glob("*.jsonl") if not path.with_suffix("").exists()]
    bench.check(not orphans, f"{len(orphans)} sidecars without a recording")
    bench.check(not list(disk.glob("*partial*")), "nothing is left under a temporary name")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--camber", default=str(ROOT / ".build/release/camber"))
    parser.add_argument("--days", type=int, default=7)
    bench = Bench(parser.parse_args())
    disk = bench.work / "disk"
    disk.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={DISK}", "none", disk], check=True)
    try:
        # A day long: a drive that begins again skips a number.
        drive = bench.drive("160x120", FPS, DAY + 30)
        config = bench.configure(drive, "96x64", ROOT / "samples/models/synthetic-weak.safetensors", fps=FPS, every="1s", cpu="5%",
                                 rest=OUTPUTS.format(disk=disk))
        watch = Watch(disk)
        days = [day(bench, config, watch, number + 1) for number in range(bench.options.days)]
        # A last start finishes what the last cut has left.
        daemon = bench.start(config)
        time.sleep(3 * SEGMENT)
        bench.stop(daemon)
        judge(bench, disk, watch, days)
    finally:
        subprocess.run(["umount", "-l", disk], check=False)
    print(f"{len(bench.failures)} did not hold" if bench.failures else "All of it held")
    sys.exit(1 if bench.failures else 0)


if __name__ == "__main__":
    main()
