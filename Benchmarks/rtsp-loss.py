#!/usr/bin/env python3
"""A camera over RTSP whose packets get lost on the way: damage must travel with the frame to report and gate.

    /usr/bin/python3 Benchmarks/rtsp-loss.py --camber .build/release/camber --model samples/models/camvid.safetensors

Works in a network namespace of its own, in which nftables drops a part of the UDP packets. Needs root, nftables, and what
cameras.py needs, with python3-numpy. `camber segment` must report every frame as damaged whose mask is that of no whole frame, and
`camber run` must keep none for learning. Prints a line for each rate of loss; ends with 1 where one does not hold. Takes about a
minute a rate.
"""
import argparse
import glob
import json
import os
import subprocess
import sys
import tempfile
import time

import numpy

PORT = 8554
# Mean squared difference, of 255², from the nearest whole frame: JPEG at quality 95 gives less than 10.
SMEARED = 40


def serve(video, codec):
    """Plays `video` to whoever asks, over UDP alone; runs in a process of its own."""
    import gi
    gi.require_version("Gst", "1.0")
    gi.require_version("GstRtspServer", "1.0")
    gi.require_version("GstRtsp", "1.0")
    from gi.repository import GLib, Gst, GstRtsp, GstRtspServer
    Gst.init(None)
    server = GstRtspServer.RTSPServer()
    server.set_service(str(PORT))
    factory = GstRtspServer.RTSPMediaFactory()
    factory.set_launch(f"( filesrc location={video} ! qtdemux ! {codec}parse config-interval=1 ! rtp{codec}pay name=pay0 pt=96 )")
    factory.set_protocols(GstRtsp.RTSPLowerTrans.UDP)
    server.get_mount_points().add_factory("/road", factory)
    server.attach(None)
    GLib.MainLoop().run()


def pictures(arguments):
    raw = subprocess.run(["ffmpeg", "-v", "error", *arguments, "-vf", "scale=120:90", "-f", "rawvideo", "-pix_fmt", "gray", "-"],
                         capture_output=True, check=True).stdout
    return numpy.frombuffer(raw, "u1").reshape(-1, 120 * 90).astype("f4")


def lose(thousandths):
    """Of the packets with pictures; those that manage the session come through."""
    subprocess.run(["nft", "flush", "ruleset"], check=True)
    if thousandths:
        rules = ("table ip loss {\n chain out {\n  type filter hook output priority 0\n"
                 f"  udp length > 200 numgen random mod 1000 < {thousandths} drop\n }}\n}}\n")
        subprocess.run(["nft", "-f", "-"], input=rules, text=True, check=True)


def hashes(masks):
    """Of each frame of a mask video, as far as it is written."""
    listed = subprocess.run(["ffmpeg", "-v", "error", "-i", masks, "-f", "framemd5", "-"], capture_output=True, text=True).stdout
    return [line.split(",")[-1].strip() for line in listed.splitlines() if not line.startswith("#")]


def label(arguments, folder, source, seconds=None):
    """The masks of a source's frames, and whether each was reported as damaged."""
    masks, report = os.path.join(folder, "m.mkv"), os.path.join(folder, "r.json")
    process = subprocess.Popen([arguments.camber, "segment", source, "--model", arguments.model, "--size", "160x96",
                                "--masks", masks, "--report", report, "--per-frame"], stderr=subprocess.DEVNULL,
                               stdout=subprocess.DEVNULL)
    try:
        process.wait(seconds)
    except subprocess.TimeoutExpired:
        process.terminate()
        process.wait(30)
    with open(report) as file:
        said = json.load(file)
    entry = said["inputs"][0] if "inputs" in said else said
    written = (entry.get("partial") or [masks])[0]
    found = hashes(written), [frame.get("damaged", False) for frame in entry["per_frame"]]
    os.remove(written)
    return found


def run(arguments, folder, seconds):
    """One drive through the daemon. Returns its figures and its spool's folder."""
    spool = os.path.join(folder, "spool")
    configuration = os.path.join(folder, "camera.yaml")
    with open(configuration, "w") as file:
        file.write(f"source: {{location: 'rtsp://127.0.0.1:{PORT}/road'}}\nmodel: {os.path.abspath(arguments.model)}\n"
                   "size: 160x96\nstatus: {socket: none}\n"
                   "gate: {every: 100ms, threshold: 0.3, selected: 1%, difference: 0.1%, cpu: 100%}\n"
                   f"spool: {{folder: {spool}, size: 500MB, items: 5000, keep_free: 1MB}}\n")
    ended = subprocess.run([arguments.camber, "run", "--config", configuration, "--for", f"{seconds}s", "--json"],
                           capture_output=True, text=True, timeout=seconds + 60)
    if not ended.stdout:
        sys.exit(f"camber run: {ended.stderr}")
    return json.loads(ended.stdout), spool


def inside(arguments):
    subprocess.run(["ip", "link", "set", "lo", "up"], check=True)
    failures = 0
    with tempfile.TemporaryDirectory() as folder:
        for codec, encoder in (("h264", "libx264"), ("h265", "libx265")):
            video = os.path.join(folder, f"{codec}.mp4")
            subprocess.run(["ffmpeg", "-v", "error", "-y", "-stream_loop", "1", "-i", arguments.video, "-c:v", encoder,
                            "-preset", "ultrafast", "-g", "45", "-pix_fmt", "yuv420p", video], check=True, stderr=subprocess.DEVNULL)
            clean = pictures(["-i", video])
            whole = set(label(arguments, folder, video)[0])
            server = subprocess.Popen([sys.executable, __file__, "--serve", codec, "--video", video])
            time.sleep(2)
            try:
                for thousandths in arguments.loss:
                    lose(thousandths)
                    with tempfile.TemporaryDirectory(dir=folder) as own:
                        masks, marks = label(arguments, own, f"rtsp://127.0.0.1:{PORT}/road", arguments.seconds)
                        torn = [mask not in whole for mask in masks]
                        silent = sum(is_torn and not is_marked for is_torn, is_marked in zip(torn, marks))
                        figures, spool = run(arguments, own, arguments.seconds)
                        kept = sorted(glob.glob(spool + "/*-frame.jpg"))
                        smeared = [name for name in kept
                                   if ((clean - pictures(["-i", name])[0]) ** 2).mean(1).min() > SMEARED]
                    holds = (not smeared and not silent and len(masks) > 20 and any(marks) == (thousandths > 0)
                             and (figures["damaged"] > 0) == (thousandths > 0) and (thousandths > 0 or kept))
                    failures += not holds
                    print(f"{'ok  ' if holds else 'FAIL'} {codec}, {thousandths / 10:.1f} % lost: {len(masks)} frames, "
                          f"{sum(torn)} torn, {sum(marks)} reported, {silent} of the torn not; daemon: {figures['frames']} frames, "
                          f"{figures['damaged']} damaged, {len(kept)} kept, {len(smeared)} of them torn", flush=True)
            finally:
                lose(0)
                server.kill()
                server.wait()
    return 1 if failures else 0


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--camber")
    parser.add_argument("--model")
    parser.add_argument("--video", default="samples/drive.mp4")
    parser.add_argument("--loss", type=int, nargs="+", default=[0, 2, 10, 50], help="of a thousand packets")
    parser.add_argument("--seconds", type=int, default=30)
    parser.add_argument("--serve", help=argparse.SUPPRESS)
    parser.add_argument("--inside", action="store_true", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.serve:
        return serve(arguments.video, arguments.serve)
    if arguments.inside:
        sys.exit(inside(arguments))
    sys.exit(subprocess.run(["unshare", "--net", sys.executable, __file__, "--inside", *sys.argv[1:]]).returncode)


if __name__ == "__main__":
    main()
