#!/usr/bin/env python3
"""An archive in nested folders that is killed again and again: the last run must end with the bytes of an undisturbed one.

    python3 Benchmarks/archive.py --camber .build/release/camber --model samples/models/camvid.safetensors

Needs Debian's ffmpeg. `--recordings` and `--kills` say how much; 1000 and 10 take some minutes.
"""
import argparse
import hashlib
import json
import os
import pathlib
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time


def make_archive(folder, count, seed):
    """Recordings of 3 to 12 frames in three levels of folders, the same names again and again; pipes and rubbish among them."""
    chance = random.Random(seed)
    clips = folder.parent / "clips"
    clips.mkdir()
    for number in range(10):
        subprocess.run(
            ["ffmpeg", "-v", "error", "-f", "lavfi", "-i", "testsrc2=size=96x64:rate=10:duration=60", "-ss", str(number * 5),
             "-frames:v", str(3 + number), "-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p",
             clips / f"{number}.mp4"], check=True)
    for number in range(count):
        place = folder / f"card{number % 3}" / f"{100 + number // 60}MEDIA"
        place.mkdir(parents=True, exist_ok=True)
        shutil.copy(clips / f"{chance.randrange(10)}.mp4", place / f"clip{number // 3 % 20}.mp4")
    os.mkfifo(folder / "card0/pipe.mp4")
    (folder / "card1/empty.mp4").touch()
    return len(list(folder.rglob("clip*.mp4")))


def contents(folder):
    files = [path for path in folder.rglob("*") if path.is_file()]
    return {str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--camber", required=True)
    parser.add_argument("--model", required=True)
    parser.add_argument("--recordings", type=int, default=1000)
    parser.add_argument("--kills", type=int, default=10)
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    camber, model = os.path.abspath(arguments.camber), os.path.abspath(arguments.model)
    with tempfile.TemporaryDirectory() as name:
        work = pathlib.Path(name)
        (work / "archive").mkdir()
        count = make_archive(work / "archive", arguments.recordings, arguments.seed)

        def command(place):
            return [camber, "segment", work / "archive", "--model", model, "--size", "96x64", "--masks", work / place / "masks",
                    "-o", work / place / "overlay", "--report", work / place / "report.json", "--resume"]

        start = time.time()
        if subprocess.run(command("whole"), capture_output=True).returncode != 1:
            sys.exit("the pipe and the empty file are losses, and must give exit 1")
        took = time.time() - start
        chance = random.Random(arguments.seed)
        for kill in range(arguments.kills):
            process = subprocess.Popen(command("killed"), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            time.sleep(chance.uniform(0.3, 0.8) * took / arguments.kills + 0.5)
            process.send_signal(signal.SIGKILL if kill % 3 else signal.SIGTERM)
            process.wait()
        subprocess.run(command("killed"), capture_output=True)

        problems = []
        for kind in ["masks", "overlay"]:
            whole, killed = contents(work / "whole" / kind), contents(work / "killed" / kind)
            if len(whole) != count:
                problems.append(f"{len(whole)} files of {kind} for {count} recordings")
            differing = [path for path in whole.keys() | killed.keys() if whole.get(path) != killed.get(path)]
            if differing:
                problems.append(f"{len(differing)} files of {kind} differ or are left over, such as {differing[0]}")
        report = json.loads((work / "killed/report.json").read_text())
        if len(report["inputs"]) != count or not all(entry["complete"] for entry in report["inputs"]):
            problems.append(f"the report has {len(report['inputs'])} of {count} recordings")
        if len(report["failures"]) != 2:
            problems.append(f"{len(report['failures'])} failures, not 2")
        print(f"{count} recordings, {arguments.kills} kills, {took:.0f} s undisturbed: " + ("; ".join(problems) or "the same bytes"))
        sys.exit(1 if problems else 0)


if __name__ == "__main__":
    main()
