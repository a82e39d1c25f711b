#!/usr/bin/env python3
"""What the width of EfficientNet-Lite0's decoder costs and gives.

    python3 Benchmarks/decoder-widths.py --camvid DIR --encoder encoder.safetensors [--widths 32 64 128] [--epochs 10]

Builds a program of each width from the commit that is checked out, trains the network with the recipe camvid-lite from ImageNet's encoder,
all widths in as many steps from one seed, and measures it on CamVid's validation split. Then all programs label the same picture in turns,
at 480x360 on two threads, and the paper's network with them. Prints a line each: mIoU, parameters, GFLOP, the median pass with the range of
the rounds, and how many times as long the paper's network took.
"""
import argparse
import json
import pathlib
import re
import statistics
import tempfile

import work_tree
from work_tree import ROOT, run

NETWORK = "Sources/RoadScenes/EfficientNetLiteNetwork.swift"
LITE0 = re.compile(r"(let lite0 = Scale\(.*decoderChannels: )\d+")


def programs(widths, work):
    """A program of each width, built in one work tree after the other change."""
    tree, made = work / "tree", {}
    work_tree.add(tree, "HEAD")
    try:
        for width in widths:
            print(f"Building with a decoder of {width} channels ...", flush=True)
            changed, count = LITE0.subn(rf"\g<1>{width}", (tree / NETWORK).read_text())
            if count != 1:
                raise SystemExit(f"{NETWORK} does not state lite0's width as this script expects.")
            (tree / NETWORK).write_text(changed)
            made[width] = work_tree.build(tree).rename(work / f"camber-{width}")
    finally:
        run("git", "worktree", "remove", "--force", tree)
    return made


def trained(program, width, options, work):
    """The bundle, its mIoU in percent, and what the program tells of its network."""
    bundle = work / f"{width}.safetensors"
    run(program, "train", "segmentation", "--network", "efficientnet-lite0", "--encoder", options.encoder, "--dataset",
        f"camvid:{options.camvid}", "--recipe", ROOT / "configs/recipes/camvid-lite.yaml", "--epochs", options.epochs, "--threads", options.threads,
        "--seed", 1, "--validation", "none", "--out", bundle)
    score = json.loads(run(program, "evaluate", "--dataset", f"camvid:{options.camvid}", "--split", "val", "--model", bundle, "--json"))
    shown = json.loads(run(program, "models", "show", bundle, "--json"))
    return bundle, 100 * score["miou"], shown["segmentation"]


def milliseconds(program, *network):
    """The median pass."""
    report = run(program, "bench", *network, "--size", "480x360", "--threads", 2, "--inference-only", "--json")
    return json.loads(report)["inference"]["median"]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--camvid", required=True, type=pathlib.Path)
    parser.add_argument("--encoder", required=True, type=pathlib.Path, help="made by scripts/make-encoder.py")
    parser.add_argument("--widths", nargs="+", type=int, default=[32, 64, 128])
    parser.add_argument("--epochs", type=int, default=10)
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--threads", type=int, default=1, help="of the training")
    options = parser.parse_args()
    options.camvid, options.encoder = options.camvid.resolve(), options.encoder.resolve()
    with tempfile.TemporaryDirectory(prefix="camber-widths-") as folder:
        made = programs(options.widths, pathlib.Path(folder))
        results = {width: trained(program, width, options, pathlib.Path(folder)) for width, program in made.items()}
        passes, paper = {width: [] for width in made}, []
        for _ in range(options.rounds):
            for width, program in made.items():
                passes[width].append(milliseconds(program, "--model", results[width][0]))
            paper.append(milliseconds(program, "--network", "paper"))
    for width, (_, miou, network) in results.items():
        times = passes[width]
        ratio = statistics.median(other / own for other, own in zip(paper, times))
        print(f"{width:4} channels: mIoU {miou:.1f} %, {network['parameters']:,} parameters, {network['operations'] / 1e9:.2f} GFLOP,"
              f" {statistics.median(times):.1f} ms ({min(times):.1f}…{max(times):.1f}); paper takes {ratio:.2f} x")


if __name__ == "__main__":
    main()
