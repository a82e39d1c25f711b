"""What the scripts here compare: bundles with any number of classes, their ONNX files, and a frame to run them on."""
import json
import os
import subprocess

import numpy
from PIL import Image
from safetensors import safe_open
from safetensors.numpy import save_file

CITYSCAPES = 19


def size(text):
    """`480x360` as (width, height)."""
    width, height = text.split("x")
    return int(width), int(height)


def camber(program, *arguments):
    return subprocess.run([program, *arguments], check=True, capture_output=True, text=True).stdout


def bundle(arguments, folder):
    """The bundle to compare."""
    return arguments.model or with_random_weights(arguments.camber, arguments.network, folder)


def with_random_weights(program, network, folder):
    """A bundle of a network as training could leave it, for CamVid's classes."""
    import torch
    from safetensors.torch import save_file as save
    import twins
    torch.manual_seed(1)
    twin = twins.with_random_statistics(twins.NETWORKS[network](11))
    file, result = os.path.join(folder, "random-state-dict.safetensors"), os.path.join(folder, "random.safetensors")
    save(twin.state_dict(), file)
    camber(program, "models", "import", file, "--network", network, "--classes", "camvid", "--out", result)
    return result


def network_name(bundle):
    with safe_open(bundle, "numpy") as file:
        return file.metadata().get("network", "paper")


def pytorch(bundle):
    """A bundle's segmentation network in PyTorch."""
    import twins
    with safe_open(bundle, "pt") as file:
        tensors = {name.removeprefix("segmentation."): file.get_tensor(name).float()
                   for name in file.keys() if name.startswith("segmentation.")}
        classes = len(json.loads(file.metadata()["classes"]))
    twin = twins.NETWORKS[network_name(bundle)](classes)
    result = twin.load_state_dict(tensors, strict=False)
    missing = [name for name in result.missing_keys if not name.endswith("num_batches_tracked")]
    if missing or result.unexpected_keys:
        raise SystemExit(f"PyTorch's network has other tensors: {missing[:3]}, {result.unexpected_keys[:3]}")
    return twin.eval()


def with_cityscapes_classes(program, bundle, folder):
    """A bundle of the same weights for 19 classes: class 11 has class 0's weights, and so on. Good for time and parity only."""
    parts = {"segmentation": {}, "auxiliary": {}}
    with safe_open(bundle, "numpy") as file:
        metadata = file.metadata()
        for name in file.keys():
            part, parameter = name.split(".", 1)
            values = file.get_tensor(name).astype(numpy.float32)
            # A transposed convolution has its classes second, DeepLab's convolutions have them first.
            axis = {"classify.weight": 1, "conv1.0.weight": 1}.get(parameter, 0 if parameter.startswith("classify.") else None)
            if axis is not None:
                values = values.take(numpy.arange(CITYSCAPES) % values.shape[axis], axis)
            parts[part][parameter] = values
    files = {part: os.path.join(folder, part + ".safetensors") for part in parts}
    for part, tensors in parts.items():
        save_file(tensors, files[part])
    result = os.path.join(folder, "cityscapes.safetensors")
    normalisation = [part for key in ("mean", "deviation") for part in (f"--{key}", ",".join(map(str, json.loads(metadata[key]))))]
    camber(program, "models", "import", files["segmentation"], "--auxiliary", files["auxiliary"], "--network",
           metadata.get("network", "paper"), "--classes", "cityscapes", *normalisation, "--out", result)
    return result


def export(program, bundle, size_text, network, folder):
    """The ONNX file of one network."""
    path = os.path.join(folder, f"{network}-{size_text}.onnx")
    camber(program, "models", "export", bundle, "--onnx", path, "--size", size_text, "--network", network)
    return path


def picture(source, size_text):
    """A frame of that size: a picture file scaled, or a made-up road where there is none."""
    width, height = size(size_text)
    if source:
        return Image.open(source).convert("RGB").resize((width, height), Image.BILINEAR)
    y, x = numpy.mgrid[0:height, 0:width].astype(numpy.float32)
    noise = numpy.random.default_rng(1).normal(0, 12, (height, width, 3))
    sky, road = y < height * 0.45, abs(x - width / 2) < (y - height * 0.4) * width / height
    base = numpy.where(sky[..., None], (170, 190, 210), numpy.where(road[..., None], (90, 88, 92), (70, 95, 60)))
    return Image.fromarray(numpy.clip(base + noise, 0, 255).astype(numpy.uint8))


def normalised(image, onnx_file):
    """The network's input, (1, 3, H, W), normalised as the ONNX file's metadata says."""
    import onnx
    metadata = {entry.key: entry.value for entry in onnx.load(onnx_file).metadata_props}
    mean, deviation = (numpy.array(metadata[key].split(","), numpy.float32) for key in ("mean", "deviation"))
    values = (numpy.asarray(image, numpy.float32) / numpy.float32(255) - mean) / deviation
    return numpy.ascontiguousarray(values.transpose(2, 0, 1)[None], numpy.float32)
