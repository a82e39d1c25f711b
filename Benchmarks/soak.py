#!/usr/bin/env python3
"""A week of a vehicle's life in an hour: nothing may grow, and nothing may be lost.

    make build && Benchmarks/soak.py [--camber .build/release/camber] [--minutes 60]

Seven days, each a seventh of the time. A camera on this machine sends pictures over HTTP. Every day it goes away and comes back, freezes,
and sends half pictures; the configuration is reloaded, models are promoted and rolled back, the page is asked, the clock starts at 1970
and finds back; every night the learner runs. Recordings and the spool have small limits. Memory, descriptors, threads and files are
looked at all the time: what they are in the last two days must be what they were on the second and third.
Ends with 1 where anything grew, was lost or was said more often than it happened. The clock needs Debian's faketime.
"""
import argparse
import http.server
import json
import os
import pathlib
import shutil
import signal
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request

from daemon_bench import ROOT, Bench, clock, memory

SIZE, FPS, PAGE = "240x176", 8, 18652
CONFIG = """
source: {{location: "http://127.0.0.1:{port}/camera.mjpg", stall_timeout: 3s}}
registry: {work}/models
model: {model}
size: {size}
fps: {fps}
threads: 1
probation: 20s
outputs:
  - {{kind: overlay, file: {work}/drives/front.mp4, segment: {segment}s, size: 3MB}}
  - {{kind: masks, file: {work}/drives/masks.mkv, segment: {segment}s, size: 3MB}}
gate: {{every: 500ms, threshold: 0.5, selected: 5%, difference: 0.1%, cpu: 20%}}
spool: {{folder: {work}/spool, size: 4MB, items: 12, keep_free: 1MB}}
learn: {{labeled: "folder:{work}/labeled", held_out: "folder:{work}/held-out", recipe: {root}/configs/recipes/synthetic.yaml,
  epochs: 1, threads: 1, least_items: 5, threshold: 0.5, work: {work}/learning}}
dashboard: {{address: "127.0.0.1:{page}"}}
status: {{socket: {work}/status.sock}}
"""


class Camera:
    """Sends pictures in turn to one reader at a time; `state` is well, away, frozen or torn."""

    def __init__(self, pictures):
        self.pictures, self.state = pictures, "well"
        camera = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def log_message(self, *arguments):
                pass

            def do_GET(self):
                if camera.state == "away":
                    return
                self.send_response(200)
                self.send_header("Content-Type", "multipart/x-mixed-replace; boundary=frame")
                self.end_headers()
                number = 0
                while camera.state != "away":
                    number += camera.state != "frozen"
                    picture = camera.pictures[number % len(camera.pictures)]
                    if camera.state == "torn" and number % 3 == 0:
                        picture = picture[:len(picture) // 2]
                    try:
                        self.wfile.write(b"--frame\r\nContent-Type: image/jpeg\r\nContent-Length: %d\r\n\r\n" % len(picture) + picture + b"\r\n")
                    except OSError:
                        return
                    time.sleep(1 / FPS)

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        threading.Thread(target=self.server.serve_forever, daemon=True).start()


class Soak(Bench):
    def __init__(self, options):
        super().__init__(options)
        self.day = options.minutes * 60 / 7
        self.stamp = self.work / "clock"
        self.stamp.write_text("+0\n")
        self.samples = []
        self.over = threading.Event()

    def prepare(self):
        pictures = ["--size", SIZE, "--drives", 6, "--frames", 2, "--fps", 0.25, "--format", "frames"]
        self.run("synthesize", "--out", self.work / "labeled", "--seed", 100, *pictures)
        self.run("synthesize", "--out", self.work / "held-out", "--seed", 200, *pictures)
        self.run("synthesize", "--out", self.work / "drive", "--seed", 7, "--size", SIZE, "--fps", FPS, "--frames", 400, "--format", "video")
        frames = self.work / "frames"
        frames.mkdir()
        subprocess.run(["ffmpeg", "-v", "error", "-i", self.work / "drive/drive.mp4", "-q:v", "3", frames / "%04d.jpg"], check=True)
        self.camera = Camera([file.read_bytes() for file in sorted(frames.glob("*.jpg"))])
        self.train("auxiliary", self.options.model, self.work / "other.safetensors")
        self.config = self.work / "camber.yaml"
        self.write(FPS)

    def write(self, fps):
        self.config.write_text(CONFIG.format(port=self.camera.server.server_port, work=self.work, root=ROOT, size=SIZE, fps=fps, page=PAGE,
                                             segment=max(5, int(self.day / 12)), model=pathlib.Path(self.options.model).resolve()))

    def watch(self, daemon):
        """A sample each second: what may not grow."""
        folder = pathlib.Path("/proc") / str(daemon)
        process = argparse.Namespace(pid=daemon)
        while not self.over.wait(1):
            try:
                files = sum(len(names) for _, _, names in os.walk(self.work))
                self.samples.append({"memory": memory(process), "descriptors": len(os.listdir(folder / "fd")),
                                     "threads": len(os.listdir(folder / "task")), "files": files,
                                     "recordings": sum(file.stat().st_size for file in (self.work / "drives").glob("*")) / 1e6})
            except OSError:
                if not self.over.is_set():
                    self.samples.append(None)

    def ask_page(self):
        for path in ("/", "/api/status", "/api/spool?limit=5", "/api/models", "/metrics", "/api/live.jpg"):
            try:
                urllib.request.urlopen(f"http://127.0.0.1:{PAGE}{path}", timeout=10).read()
            except urllib.error.HTTPError as error:
                # Without a camera there is no live picture.
                if (path, error.code) != ("/api/live.jpg", 503):
                    self.page_errors.append(f"{path}: {error}")
            except OSError as error:
                self.page_errors.append(f"{path}: {error}")

    def live(self, daemon, number):
        """One day. What is done in it is spread over it."""
        start = time.monotonic()

        def until(share):
            time.sleep(max(0, start + share * self.day - time.monotonic()))

        for share, state in ((0.10, "away"), (0.16, "well"), (0.22, "torn"), (0.28, "well"), (0.34, "frozen"), (0.40, "well")):
            until(share)
            self.camera.state = state
            self.ask_page()
        self.stamp.write_text("@1970-01-01 00:00:10\n" if number % 2 else "-365d\n")
        for turn in range(4):
            until(0.42 + 0.03 * turn)
            self.write(FPS + turn % 2)
            os.kill(daemon, signal.SIGHUP)
        self.stamp.write_text("+0\n")
        for command in (["promote", "2"], ["rollback"]):
            until(0.58 if command[0] == "promote" else 0.66)
            self.run("models", *command, "--config", self.config, check=False)
        until(0.70)
        os.kill(daemon, signal.SIGUSR1)
        while time.monotonic() < start + self.day:
            self.ask_page()
            time.sleep(min(5, max(0.1, start + self.day - time.monotonic())))

    def flat(self, name, slack, unit="", share=0.5):
        """The median, or another quantile, of days six and seven against that of days two and three."""
        values = [sample[name] for sample in self.samples if sample]
        day = len(values) / 7

        def quantile(first, last):
            part = sorted(values[int(first * day):int(last * day)])
            return part[int(share * (len(part) - 1))]

        early, late = quantile(1, 3), quantile(5, 7)
        self.check(late <= early + slack, f"{name}: {early:.0f}{unit} on days 2 and 3, {late:.0f}{unit} on days 6 and 7, highest {max(values):.0f}{unit}")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--camber", default=str(ROOT / ".build/release/camber"))
    parser.add_argument("--model", default=str(ROOT / "samples/models/synthetic-weak.safetensors"))
    parser.add_argument("--minutes", type=float, default=60)
    options = parser.parse_args()
    soak = Soak(options)
    soak.page_errors = []
    soak.prepare()
    faked = clock(soak.stamp)
    if not faked:
        print("left out: the clock (no faketime)")
    daemon = soak.start(soak.config, **faked)
    soak.run("models", "add", soak.work / "other.safetensors", "--config", soak.config)
    watcher = threading.Thread(target=soak.watch, args=[daemon.pid], daemon=True)
    watcher.start()
    for number in range(7):
        soak.live(daemon.pid, number)
        status = soak.status()
        print(f"day {number + 1}: {status.get('frames', 0)} frames, {status.get('spooled', 0)} kept, {status.get('swaps', 0)} swaps, "
              f"{memory(daemon):.0f} MB", flush=True)
        if daemon.poll() is not None:
            break
    last = soak.status()
    soak.over.set()
    watcher.join()
    soak.check(daemon.poll() is None, "the daemon is there at the end")
    result = soak.stop(daemon)
    # A model beside the one in use, on probation or being loaded, takes as much again: what is left without it may not grow.
    soak.flat("memory", 25, " MB", share=0.1)
    soak.flat("descriptors", 3)
    soak.flat("threads", 3)
    soak.flat("files", 25)
    soak.flat("recordings", 1, " MB")
    soak.check(max(sample["recordings"] for sample in soak.samples if sample) < 8, "the recordings stayed within their 3 MB each, and the one that is being written")
    soak.check(result["swaps"] >= 7, f"{result['swaps']} swaps of 7 or more")
    soak.check(last.get("source", {}).get("reconnects", 0) >= 7, f"the camera came back {last.get('source', {}).get('reconnects', 0)} times")
    # It is of idle priority: beside other work one run may take days.
    learner = last.get("learner", {})
    soak.check(learner.get("started", 0) >= 1, f"the learner was started {learner.get('started', 0)} times; the last one: {learner.get('last_exit')}")
    soak.check(result["damaged"] > 0, f"{result['damaged']} of {result['frames']} frames came damaged and were told")
    soak.check(not soak.page_errors, f"the page answered always{': ' + soak.page_errors[0] if soak.page_errors else ''}")
    for what in (["spool", "verify", "--config", soak.config], ["models", "verify", *sorted((soak.work / "models").glob("[0-9]*.safetensors"))]):
        answer = soak.run(*what, check=False)
        soak.check(answer.returncode == 0, f"{what[0]} verify: {answer.stdout.strip().splitlines()[-1] if answer.stdout.strip() else 'nothing'}")
    broken = [file.name for file in (soak.work / "drives").glob("*.m*") if ".partial" not in file.name
              and subprocess.run(["ffprobe", "-v", "error", "-show_entries", "format=duration", file], capture_output=True).returncode != 0]
    soak.check(not broken, f"every recording plays {broken}")
    lines = len(soak.log().splitlines())
    soak.check(lines < 7 * 120, f"{lines} lines of log for seven days")
    print(json.dumps({"frames": result["frames"], "dropped": result["dropped"], "spooled": result["spooled"], "p99_ms": result["latency"]["p99"]}))
    if soak.failures:
        sys.exit(f"{len(soak.failures)} did not hold; all in {soak.work}")
    shutil.rmtree(soak.work)


if __name__ == "__main__":
    main()
