#!/usr/bin/env python3
"""Times a bundle's segmentation network in Camber and in ONNX Runtime, MNN and OpenVINO, taking turns in one run.

    python compare-runtimes.py --camber ../.build/release/camber --model ../samples/models/camvid.safetensors --size 480x360
    python compare-runtimes.py --camber ../.build/release/camber --network efficientnet-lite0

Every round lets each engine do a number of passes while the others wait, so that what else the machine does hits them all.
Prints the median over the rounds and how many times as long the fastest peer of each round took as Camber.
"""
import argparse
import json
import multiprocessing
import statistics
import sys
import tempfile
import time

import networks

WARM_UP = 3


def peer(connection, name, onnx_file, threads, frame):
    """A peer in a process of its own: per request so many passes, their times in ms back."""
    import runtimes
    runtime = runtimes.RUNTIMES[name](onnx_file, threads)
    for _ in range(WARM_UP):
        runtime.run(frame)
    connection.send(None)
    while passes := connection.recv():
        runtime.run(frame)
        times = []
        for _ in range(passes):
            start = time.perf_counter()
            runtime.run(frame)
            times.append((time.perf_counter() - start) * 1e3)
        connection.send(times)


class Peer:
    def __init__(self, *arguments):
        self.connection, other = multiprocessing.Pipe()
        self.process = multiprocessing.Process(target=peer, args=(other, *arguments), daemon=True)
        self.process.start()
        other.close()
        self.connection.recv()

    def times(self, passes):
        self.connection.send(passes)
        times = self.connection.recv()
        return {"median": statistics.median(times), "min": min(times)}


class Camber:
    """One process a turn, as `camber bench` is made; it warms itself up."""

    def __init__(self, program, bundle, size, threads):
        self.arguments = (program, "bench", "--model", bundle, "--size", size, "--threads", str(threads), "--scores", "--inference-only", "--json")

    def times(self, passes):
        return json.loads(networks.camber(*self.arguments, "--passes", str(passes)))["inference"]


def summary(rounds, peers):
    engines = {name: {
        "median": statistics.median(turn[name]["median"] for turn in rounds),
        "min": min(turn[name]["min"] for turn in rounds),
    } for name in rounds[0]}
    report = {"milliseconds": engines, "rounds": rounds}
    if "camber" in engines:
        ratios = [min(turn[name]["median"] for name in peers) / turn["camber"]["median"] for turn in rounds]
        report["fastest_peer_over_camber"] = {
            "median": statistics.median(ratios), "min": min(ratios), "max": max(ratios),
            "of_best_passes": min(engines[name]["min"] for name in peers) / engines["camber"]["min"],
        }
    return report


def table(report, title):
    print(title)
    for name, times in sorted(report["milliseconds"].items(), key=lambda item: item[1]["median"]):
        print(f"  {name:12} median {times['median']:8.1f} ms   best pass {times['min']:8.1f} ms")
    if ratio := report.get("fastest_peer_over_camber"):
        print(f"  the fastest peer takes {ratio['median']:.2f} × as long as camber (rounds: {ratio['min']:.2f}…{ratio['max']:.2f}),")
        print(f"  its best pass {ratio['of_best_passes']:.2f} × as long as camber's best pass", flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--camber", required=True, help="the camber program")
    which = parser.add_mutually_exclusive_group(required=True)
    which.add_argument("--model", help="a bundle")
    which.add_argument("--network", help="a network by name, with random weights (needs torch)")
    parser.add_argument("--size", action="append", help="width first, as 480x360; repeat for more (default 480x360 and 1024x512)")
    parser.add_argument("--cityscapes-classes", action="store_true", help="widen the bundle to 19 classes")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--passes", type=int, default=5, help="passes of each engine a round")
    parser.add_argument("--picture", help="the frame to run on (default: a made-up one)")
    parser.add_argument("--only", nargs="+", default=["camber", "onnxruntime", "mnn", "openvino"], help="these engines")
    parser.add_argument("--json", help="write all figures to this file")
    arguments = parser.parse_args()

    reports = {}
    with tempfile.TemporaryDirectory() as folder:
        bundle = networks.bundle(arguments, folder)
        if arguments.cityscapes_classes:
            bundle = networks.with_cityscapes_classes(arguments.camber, bundle, folder)
        for size in arguments.size or ["480x360", "1024x512"]:
            onnx_file = networks.export(arguments.camber, bundle, size, "segmentation", folder)
            frame = networks.normalised(networks.picture(arguments.picture, size), onnx_file)
            names = [name for name in arguments.only if name != "camber"]
            engines = {name: Peer(name, onnx_file, arguments.threads, frame) for name in names}
            if "camber" in arguments.only:
                engines["camber"] = Camber(arguments.camber, bundle, size, arguments.threads)
            rounds = []
            for turn in range(arguments.rounds):
                order = list(engines)[turn % len(engines):] + list(engines)[:turn % len(engines)]
                rounds.append({name: engines[name].times(arguments.passes) for name in order})
                print(f"round {turn + 1}/{arguments.rounds}", file=sys.stderr)
            reports[size] = summary(rounds, names)
            table(reports[size], f"{size}, {arguments.threads} threads, {arguments.rounds} rounds of {arguments.passes} passes")
            for name in names:
                engines[name].process.terminate()
    if arguments.json:
        with open(arguments.json, "w") as file:
            json.dump(reports, file, indent=2)


if __name__ == "__main__":
    multiprocessing.set_start_method("spawn")
    main()
