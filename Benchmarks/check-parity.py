#!/usr/bin/env python3
"""Compares both networks in Camber with ONNX Runtime, MNN and OpenVINO on the exported ONNX, at usual and at odd sizes; with PyTorch
installed also the segmentation network with its statement in twins.py.

    python check-parity.py --camber ../.build/release/camber --model ../samples/models/camvid.safetensors
    python check-parity.py --camber ../.build/release/camber --network efficientnet-lite0

Each ONNX file must pass ONNX's full check. Differences are the largest one over the largest value of ONNX Runtime's result;
exit 1 where one is above 1e-3.
"""
import argparse
import importlib.util
import os
import sys
import tempfile

import numpy
import onnx
from safetensors.numpy import load_file

import networks
import runtimes

LIMIT = 1e-3
SIZES = ["480x360", "1024x512", "107x75", "106x74", "33x65", "200x121"]


def difference(values, reference):
    return float(abs(values.reshape(reference.shape) - reference).max() / abs(reference).max())


def softmax(scores):
    scores = numpy.exp(scores - scores.max(1, keepdims=True))
    return scores / scores.sum(1, keepdims=True)


def pytorch(bundle, frame):
    import torch
    with torch.no_grad():
        return networks.pytorch(bundle)(torch.from_numpy(frame)).numpy()


def compare(program, bundle, size, source, kernels, peers, folder):
    """The differences by (network, engine)."""
    image = networks.picture(source, size)
    picture = os.path.join(folder, "frame.png")
    image.save(picture)
    answers = os.path.join(folder, "answers.safetensors")
    ours = {}
    for kernel in kernels:
        networks.camber(program, "models", "answers", bundle, picture, "--kernels", kernel, "--out", answers)
        ours[kernel] = load_file(answers)
    result = {}
    reference = None
    for network, name in (("segmentation", "scores"), ("auxiliary", "confidence")):
        onnx_file = networks.export(program, bundle, size, network, folder)
        onnx.checker.check_model(onnx.load(onnx_file), full_check=True)
        frame = networks.normalised(image, onnx_file) if network == "segmentation" else softmax(reference)
        reference = runtimes.answer("onnxruntime", onnx_file, frame)
        for kernel in kernels:
            result[network, "camber " + kernel] = difference(ours[kernel][name], reference)
        if network == "segmentation" and importlib.util.find_spec("torch"):
            result[network, "pytorch"] = difference(pytorch(bundle, frame), reference)
        for engine in peers:
            result[network, engine] = difference(runtimes.answer(engine, onnx_file, frame), reference)
    return result


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--camber", required=True, help="the camber program")
    which = parser.add_mutually_exclusive_group(required=True)
    which.add_argument("--model", help="a bundle")
    which.add_argument("--network", help="a network by name, with random weights (needs torch)")
    parser.add_argument("--size", action="append", help="width first; repeat for more (default: " + ", ".join(SIZES) + ")")
    parser.add_argument("--picture", help="the frame to run on (default: a made-up one)")
    parser.add_argument("--kernels", nargs="+", default=["avx512", "avx2", "portable"])
    parser.add_argument("--peers", nargs="*", default=["mnn", "openvino"], help="besides ONNX Runtime")
    arguments = parser.parse_args()

    worst = 0
    with tempfile.TemporaryDirectory() as folder:
        bundle = networks.bundle(arguments, folder)
        bundles = {"as it is": bundle, "19 classes": networks.with_cityscapes_classes(arguments.camber, bundle, folder)}
        for title, bundle in bundles.items():
            for size in arguments.size or SIZES:
                found = compare(
                    arguments.camber, bundle, size, arguments.picture, arguments.kernels, arguments.peers, folder)
                for (network, engine), value in found.items():
                    print(f"{title:10} {size:9} {network:12} {engine:15} {value:.1e}", flush=True)
                    if engine.startswith("camber") or engine == "pytorch":
                        worst = max(worst, value)
    print(f"camber's and PyTorch's largest difference: {worst:.1e}, the limit is {LIMIT:.0e}")
    sys.exit(worst > LIMIT)


if __name__ == "__main__":
    main()
