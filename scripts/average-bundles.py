#!/usr/bin/env python3
"""Averages the weights of two bundles of one network, one of which was trained on from the other, or both from a third one.

    .venv/bin/pip install numpy safetensors
    .venv/bin/python scripts/average-bundles.py before.safetensors after.safetensors --share 0.5 --out between.safetensors

What the training has taught stays for the most part, and what it made the network forget comes back. What was measured is left out, and
the auxiliary network no longer fits: 'camber train auxiliary' makes it anew, and calibrates. The note says what was averaged. Sources: Wortsman
et al., Robust fine-tuning of zero-shot models, and Model soups (both 2022).
"""
import argparse
import json
import pathlib

import numpy
from safetensors import safe_open
from safetensors.numpy import save_file


def read(path):
    with safe_open(path, "numpy") as file:
        return {name: file.get_tensor(name) for name in file.keys()}, file.metadata()  # noqa: SIM118


def meaning(metadata, key):
    """What a number that comes in or goes out of a network stands for; colours are for people."""
    value = json.loads(metadata.get(key, "null"))
    return [member["name"] for member in value] if key == "classes" and value else value


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("before", type=pathlib.Path)
    parser.add_argument("after", type=pathlib.Path)
    parser.add_argument("--share", type=float, default=0.5, help="of the second bundle, 0...1")
    parser.add_argument("--out", required=True, type=pathlib.Path)
    options = parser.parse_args()
    (before, old), (after, metadata) = read(options.before), read(options.after)
    if not 0 <= options.share <= 1:
        parser.error(f"--share {options.share}: it must lie in 0...1")
    if not metadata:
        parser.error(f"{options.after} is no bundle")
    for key in ("classes", "mean", "deviation"):
        first, second = meaning(old or {}, key), meaning(metadata, key)
        if first != second:
            parser.error(f"the bundles' {key} differ, {first} and {second}: no weights between them mean anything")
    own = {name for name in after if not name.startswith("auxiliary.")}
    if differing := sorted(name for name in own if name not in before or before[name].shape != after[name].shape):
        parser.error(f"the bundles are not of one network: {differing[0]} differs")
    for name in own:
        mixed = (1 - options.share) * before[name].astype(numpy.float32) + options.share * after[name].astype(numpy.float32)
        after[name] = mixed.astype(numpy.float32)
    # These are of the weights that were.
    for key in ("camber.checksum", "calibration", "metrics"):
        metadata.pop(key, None)
    mean = f"Weights: {1 - options.share:.0%} of {options.before.name}, {options.share:.0%} of {options.after.name}."
    lineage = json.loads(metadata.get("lineage", "{}"))
    lineage["note"] = " ".join(filter(None, [lineage.get("note"), mean]))
    metadata["lineage"] = json.dumps(lineage)
    save_file(after, options.out, metadata=metadata)


if __name__ == "__main__":
    main()
