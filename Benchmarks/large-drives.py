#!/usr/bin/env python3
"""Labeling a 4K HEVC drive beside decoding and inference alone.

    python3 Benchmarks/large-drives.py --camber .build/release/camber [--drive samples/motorway.mp4] [--frames 90] [--rounds 3]

The drive is enlarged to 3840x2160, with noise as a camera has it, and encoded by libx265. Every round decodes it by 'ffmpeg -threads 2',
takes the time of the network alone by 'camber bench', and labels it by 'camber segment'. Medians over the rounds, in frames a second, and
processor time, as decoding and inference share the same processors. Needs Debian's ffmpeg.
"""
import argparse
import json
import os
import pathlib
import re
import resource
import statistics
import subprocess
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent


def run(*words):
    """Wall-clock and processor seconds of a command, and what it says."""
    before, began = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
    done = subprocess.run([str(word) for word in words], check=True, capture_output=True, text=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return (time.monotonic() - began, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime,
            done.stdout + done.stderr)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--camber", required=True)
    parser.add_argument("--drive", default=str(ROOT / "samples/motorway.mp4"))
    parser.add_argument("--model", default=str(ROOT / "samples/models/camvid.safetensors"))
    parser.add_argument("--frames", type=int, default=90)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    camber = os.path.abspath(options.camber)
    with tempfile.TemporaryDirectory() as folder:
        drive = pathlib.Path(folder) / "drive.mp4"
        run("ffmpeg", "-v", "error", "-i", options.drive, "-frames:v", options.frames, "-vf",
            "scale=3840:2160:flags=bilinear,setsar=1,noise=alls=6:allf=t", "-an", "-c:v", "libx265", "-preset", "ultrafast", "-crf", "28",
            "-x265-params", "log-level=error", "-pix_fmt", "yuv420p", drive)
        print(f"{options.frames} frames, {drive.stat().st_size * 8 / options.frames / 1e6:.1f} Mbit each")
        rates, costs = {}, {}
        for _ in range(options.rounds):
            wall, cost, _ = run("ffmpeg", "-v", "error", "-threads", "2", "-i", drive, "-an", "-f", "null", "-")
            rates.setdefault("decoding alone", []).append(options.frames / wall)
            costs.setdefault("decoding alone", []).append(cost / options.frames)
            answer = json.loads(run(camber, "bench", "--model", options.model, "--inference-only", "--json")[2])
            rates.setdefault("inference alone", []).append(1000 / answer["inference"]["median"])
            wall, cost, said = run(camber, "segment", drive, "--model", options.model, "--report", pathlib.Path(folder) / "r.json")
            if not re.search(rf"\b{options.frames} frames\b", said):
                raise SystemExit(f"not all frames were labeled: {said}")
            rates.setdefault("camber segment", []).append(options.frames / wall)
            costs.setdefault("camber segment", []).append(cost / options.frames)
        for name, values in rates.items():
            cost = f", {statistics.median(costs[name]) * 1000:.1f} ms of a processor a frame" if name in costs else ""
            print(f"{name}: {statistics.median(values):.2f} frames/s{cost}")
        decoding, inference, both = (statistics.median(rates[name]) for name in ("decoding alone", "inference alone", "camber segment"))
        print(f"of the slower one alone: {both / min(decoding, inference):.2f}; "
              f"of one after the other: {both * (1 / decoding + 1 / inference):.2f}")


if __name__ == "__main__":
    main()
