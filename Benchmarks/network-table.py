#!/usr/bin/env python3
"""What each network costs: Benchmarks/network-table.py --camber .build/release/camber

A line each, with random weights for CamVid's classes: the median and the best pass of the segmentation network at 480x360 on two threads,
and the size of its bundle in float32, which has the auxiliary network in it. Needs PyTorch.
"""
import argparse
import json
import os
import tempfile

import networks

NAMES = ("paper", "efficientnet-lite0", "efficientnet-lite1", "efficientnet-lite2", "deeplab-v2")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--camber", required=True)
    parser.add_argument("--threads", default="2")
    options = parser.parse_args()
    for name in NAMES:
        with tempfile.TemporaryDirectory() as folder:
            bundle = networks.with_random_weights(options.camber, name, folder)
            answer = networks.camber(options.camber, "bench", "--model", bundle, "--size", "480x360", "--threads", options.threads,
                                     "--inference-only", "--json")
            passes = json.loads(answer)["inference"]
            print(f"{name}: median {passes['median']:.1f} ms, best {passes['min']:.1f} ms, {os.path.getsize(bundle) / 1e6:.0f} MB")


if __name__ == "__main__":
    main()
