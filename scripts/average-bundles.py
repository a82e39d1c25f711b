#!/usr/bin/env python3
"""Averages the weights of two bundles of one network, one of which was trained on from the other.

    .venv/bin/pip install numpy safetensors
    .venv/bin/python scripts/average-bundles.py before.safetensors after.safetensors --share 0.5 --out between.safetensors

What the training has taught stays for the most part, and what it made the network forget comes back. The auxiliary network and the
calibration no longer fit: 'camber train auxiliary' makes them anew. Source: Wortsman et al., Robust fine-tuning of zero-shot models (2022).
"""
import argparse
import pathlib

import numpy
from safetensors import safe_open
from safetensors.numpy import save_file


def read(path):
    with safe_open(path, "numpy") as file:
        return {name: file.get_tensor(name) for name in file.keys()}, file.metadata()  # noqa: SIM118


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("before", type=pathlib.Path)
    parser.add_argument("after", type=pathlib.Path)
    parser.add_argument("--share", type=float, default=0.5, help="of the second bundle, 0...1")
    parser.add_argument("--out", required=True, type=pathlib.Path)
    options = parser.parse_args()
    (before, _), (after, metadata) = read(options.before), read(options.after)
    own = {name for name in after if not name.startswith("auxiliary.")}
    if differing := sorted(name for name in own if name not in before or before[name].shape != after[name].shape):
        parser.error(f"the bundles are not of one network: {differing[0]} differs")
    for name in own:
        mixed = (1 - options.share) * before[name].astype(numpy.float32) + options.share * after[name].astype(numpy.float32)
        after[name] = mixed.astype(numpy.float32)
    # It is of the weights that were.
    metadata.pop("camber.checksum", None)
    save_file(after, options.out, metadata=metadata)


if __name__ == "__main__":
    main()
