#!/usr/bin/env python3
"""Cameras that come, go, hang and refuse: `camber run` on streams over RTSP, HTTP and UDP from servers of its own.

    /usr/bin/python3 Benchmarks/cameras.py --camber .build/release/camber --model samples/models/camvid.safetensors

Needs Debian's ffmpeg, python3-gi, gir1.2-gst-rtsp-server-1.0 and gstreamer1.0-plugins-{base,good,bad}. Prints a line for each
camera and what happened to it; ends with 1 where something did not go as it must. Takes about three minutes.
"""
import argparse
import json
import os
import shlex
import signal
import subprocess
import sys
import tempfile
import time

USER, PASSWORD = "driver", "s3cret"
# Units: seconds.
STALL_TIMEOUT, RATE_WINDOW = 2, 12


def serve_rtsp(port, video, password):
    """An RTSP camera that plays `video` to whoever asks; runs in a process of its own, so that it can be killed."""
    import gi
    gi.require_version("Gst", "1.0")
    gi.require_version("GstRtspServer", "1.0")
    from gi.repository import GLib, Gst, GstRtspServer
    Gst.init(None)
    server = GstRtspServer.RTSPServer()
    server.set_service(str(port))
    factory = GstRtspServer.RTSPMediaFactory()
    factory.set_launch(f"( filesrc location={video} ! qtdemux ! h264parse config-interval=1 ! rtph264pay name=pay0 pt=96 )")
    factory.set_shared(True)
    if password:
        token = GstRtspServer.RTSPToken()
        token.set_string(GstRtspServer.RTSP_TOKEN_MEDIA_FACTORY_ROLE, "user")
        access = GstRtspServer.RTSPAuth()
        access.add_basic(GstRtspServer.RTSPAuth.make_basic(USER, password), token)
        server.set_auth(access)
        for permission in ("access", "construct"):
            factory.add_role_from_structure(
                Gst.Structure.from_string(f"user, media.factory.{permission}=(boolean)true, "
                                          "media.factory.access=(boolean)true, media.factory.construct=(boolean)true")[0])
    server.get_mount_points().add_factory("/road", factory)
    server.attach(None)
    GLib.MainLoop().run()


class Camera:
    """A server of one stream, started and ended at will."""

    def __init__(self, kind, port, video, password=None):
        self.kind, self.port, self.video, self.password = kind, port, video, password
        self.process = None

    def url(self, password=None):
        user = f"{USER}:{password}@" if password else ""
        path = {"rtsp": "/road", "http-mjpeg": "/road", "http-ts": "/road.ts", "udp": "", "tcp": ""}[self.kind]
        return f"{self.kind.split('-')[0]}://{user}127.0.0.1:{self.port}{path}"

    def start(self):
        play = ["ffmpeg", "-loglevel", "error", "-re", "-i", self.video]
        command = {
            "rtsp": [sys.executable, __file__, "--serve-rtsp", str(self.port), "--video", self.video]
            + (["--password", self.password] if self.password else []),
            "udp": play + ["-c", "copy", "-f", "mpegts", f"udp://127.0.0.1:{self.port}?pkt_size=1316"],
            "tcp": play + ["-c", "copy", "-f", "mpegts", f"tcp://127.0.0.1:{self.port}?listen=1"],
            "http-ts": play + ["-c", "copy", "-f", "mpegts", "-listen", "1", f"http://127.0.0.1:{self.port}/road.ts"],
            "http-mjpeg": play + ["-c:v", "mjpeg", "-q:v", "5", "-f", "mpjpeg", "-content_type",
                                  "multipart/x-mixed-replace;boundary=ffmpeg", "-listen", "1", f"http://127.0.0.1:{self.port}/road"],
        }[self.kind]
        if "listen" in " ".join(command):
            # FFmpeg serves one listener and ends; a camera waits for the next.
            command = ["sh", "-c", "while :; do " + shlex.join(command) + "; sleep 0.2; done"]
        self.process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True)

    def send(self, number):
        os.killpg(self.process.pid, number)

    def end(self):
        if self.process and self.process.poll() is None:
            self.send(signal.SIGKILL)
            self.process.wait()


class Daemon:
    """`camber run` on a URL."""

    def __init__(self, arguments, folder, url):
        self.camber, self.log = arguments.camber, os.path.join(folder, "log")
        self.socket = os.path.join(folder, "status.sock")
        configuration = os.path.join(folder, "camera.yaml")
        with open(configuration, "w") as file:
            file.write(f"source:\n  location: {url}\n  stall_timeout: {STALL_TIMEOUT}s\n  reconnect_at_most: 2s\n"
                       f"model: {os.path.abspath(arguments.model)}\nsize: {arguments.size}\nthreads: 2\n"
                       f"status:\n  socket: {self.socket}\n")
        self.process = subprocess.Popen(
            [self.camber, "run", "--config", configuration, "--json"], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
            stderr=open(self.log, "w"), text=True)

    def status(self):
        asked = subprocess.run([self.camber, "status", "--json", "--socket", self.socket], capture_output=True, text=True)
        return json.loads(asked.stdout) if asked.returncode == 0 else None

    def wait(self, condition, limit):
        """Seconds until `condition` of the status holds; None where it never does."""
        start = time.monotonic()
        while time.monotonic() - start < limit:
            status = self.status()
            if status and condition(status):
                return time.monotonic() - start
            time.sleep(0.05)
        return None

    def wait_for_frames(self, limit):
        before = (self.status() or {"frames": 0})["frames"]
        return self.wait(lambda status: status["frames"] > before, limit)

    def end(self):
        """The figures at the end, and how long SIGTERM took."""
        start = time.monotonic()
        self.process.send_signal(signal.SIGTERM)
        try:
            output = self.process.communicate(timeout=20)[0]
        except subprocess.TimeoutExpired:
            self.process.kill()
            return None, time.monotonic() - start
        return json.loads(output) if output else None, time.monotonic() - start

    def log_text(self):
        with open(self.log) as file:
            return file.read()


class Report:
    def __init__(self):
        self.failures = 0

    def line(self, camera, what, holds, figure):
        self.failures += not holds
        print(f"{'ok  ' if holds else 'FAIL'} {camera:11} {what:34} {figure}", flush=True)

    def seconds(self, camera, what, seconds, limit):
        self.line(camera, what, seconds is not None and seconds <= limit, "never" if seconds is None else f"{seconds:.1f} s")


def rate(daemon, camera, report, frame_rate):
    first, start = daemon.status(), time.monotonic()
    time.sleep(RATE_WINDOW)
    status, seconds = daemon.status(), time.monotonic() - start
    labeled, dropped = (status[key] - first[key] for key in ("frames", "dropped"))
    # What the machine cannot label in time is dropped; what arrives is the stream's doing.
    arrived = (labeled + dropped) / seconds
    report.line(camera.kind, "every frame arrives", abs(arrived / frame_rate - 1) < 0.03,
                f"{arrived:.2f} of {frame_rate:g} frames/s, {dropped} of {labeled + dropped} dropped, "
                f"age p99 {status['latency']['p99']:.0f} ms")


def comes_and_goes(arguments, folder, camera, report, frame_rate):
    """Not there at first, comes, plays, is killed, comes again, hangs, goes on, and the daemon is stopped."""
    daemon = Daemon(arguments, folder, camera.url(camera.password))
    try:
        # Over UDP nothing tells a camera that is not there from one that is silent.
        waited = daemon.wait(lambda s: s["source"]["state"] == "waiting" and s["source"]["problem"], 25)
        report.seconds(camera.kind, "absent: said", waited, 20)
        camera.start()
        report.seconds(camera.kind, "comes: first frame", daemon.wait_for_frames(30), 10)
        rate(daemon, camera, report, frame_rate)
        camera.end()
        report.seconds(camera.kind, "killed: said", daemon.wait(lambda s: s["source"]["state"] == "waiting", 30), STALL_TIMEOUT + 1)
        camera.start()
        report.seconds(camera.kind, "comes back: first frame", daemon.wait_for_frames(30), 10)
        camera.send(signal.SIGSTOP)
        hung = daemon.wait(lambda s: s["source"]["state"] in ("stalled", "waiting"), 30)
        report.seconds(camera.kind, "hangs: said", hung, STALL_TIMEOUT + 2)
        time.sleep(3)
        camera.send(signal.SIGCONT)
        report.seconds(camera.kind, "goes on: first frame", daemon.wait_for_frames(40), 20)
        camera.send(signal.SIGSTOP)
        figures, seconds = daemon.end()
        report.seconds(camera.kind, "SIGTERM while it hangs", seconds if figures else None, 5)
        report.line(camera.kind, "log keeps the password", PASSWORD not in daemon.log_text(), "")
    finally:
        daemon.process.kill()
        camera.end()
        if arguments.verbose:
            print(daemon.log_text())


def wrong_password(arguments, folder, camera, report):
    camera.start()
    time.sleep(2)
    wrong = camera.url("wr0ng")
    result = subprocess.run(
        [arguments.camber, "segment", wrong, "--model", arguments.model, "--report", os.path.join(folder, "r.json")],
        capture_output=True, text=True, timeout=60)
    says = result.stderr.strip().splitlines()[-1] if result.stderr.strip() else ""
    report.line(camera.kind, "segment, wrong password: exit 1", result.returncode == 1 and "wr0ng" not in result.stderr, says)
    daemon = Daemon(arguments, folder, wrong)
    try:
        waited = daemon.wait(lambda s: "401" in (s["source"]["problem"] or ""), 20)
        report.seconds(camera.kind, "run, wrong password: said", waited, 10)
        report.line(camera.kind, "log keeps the wrong password", "wr0ng" not in daemon.log_text(), "")
    finally:
        daemon.end()
        daemon.process.kill()
        camera.end()


def segment(arguments, folder, camera, report, frames):
    """`camber segment` reads a stream until it ends."""
    camera.start()
    time.sleep(2)
    path = os.path.join(folder, "report.json")
    result = subprocess.run(
        [arguments.camber, "segment", camera.url(camera.password), "--model", arguments.model, "--size", arguments.size, "--report", path],
        capture_output=True, text=True, timeout=90)
    got = json.load(open(path))["frames"] if os.path.exists(path) else 0
    says = result.stderr.strip().splitlines()[-1] if result.stderr.strip() else ""
    report.line(camera.kind, "segment, to the stream's end", result.returncode == 0 and got >= 0.9 * frames, f"{got} of {frames} frames: {says}")
    camera.end()


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--camber", default=".build/release/camber")
    parser.add_argument("--model", default="samples/models/camvid.safetensors")
    parser.add_argument("--video", default="samples/drive.mp4", help="H.264 without B frames")
    parser.add_argument("--size", default="240x180", help="small: this is about streams, not about speed")
    parser.add_argument("--only", help="one of rtsp, http-ts, http-mjpeg, udp, tcp")
    parser.add_argument("--verbose", action="store_true", help="print the daemon's log")
    parser.add_argument("--serve-rtsp", type=int, metavar="PORT", help=argparse.SUPPRESS)
    parser.add_argument("--password", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.serve_rtsp:
        return serve_rtsp(arguments.serve_rtsp, arguments.video, arguments.password)
    report = Report()
    with tempfile.TemporaryDirectory() as folder:
        long_drive = os.path.join(folder, "long.mp4")
        subprocess.run(["ffmpeg", "-loglevel", "error", "-stream_loop", "20", "-i", arguments.video, "-c", "copy", long_drive], check=True)
        probe = subprocess.run(["ffprobe", "-loglevel", "error", "-count_packets", "-show_entries", "stream=avg_frame_rate,nb_read_packets", "-of",
                                "json", arguments.video], capture_output=True, check=True)
        stream = json.loads(probe.stdout)["streams"][0]
        numerator, denominator = map(int, stream["avg_frame_rate"].split("/"))
        port = 30_000 + os.getpid() % 20_000
        for number, kind in enumerate(["rtsp", "http-ts", "http-mjpeg", "udp", "tcp"]):
            if arguments.only in (None, kind):
                password = PASSWORD if kind == "rtsp" else None
                comes_and_goes(arguments, folder, Camera(kind, port + number, long_drive, password), report, numerator / denominator)
        if arguments.only in (None, "rtsp"):
            wrong_password(arguments, folder, Camera("rtsp", port + 10, long_drive, PASSWORD), report)
            segment(arguments, folder, Camera("rtsp", port + 11, os.path.abspath(arguments.video)), report, int(stream["nb_read_packets"]))
    return 1 if report.failures else 0


if __name__ == "__main__":
    sys.exit(main())
