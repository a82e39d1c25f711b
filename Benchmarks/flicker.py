#!/usr/bin/env python3
"""How much labels flicker, and what keeping them steady costs.

    .venv/bin/pip install numpy pillow
    .venv/bin/python Benchmarks/flicker.py drive.mp4 --camber .build/release/camber --model samples/models/camvid.safetensors --camvid CamVid

Labels each video twice, as it comes and with --steady. Prints the share of pixels that take another class from one frame to the
next: of all pixels, and of those where the picture stays as it is (means of 4×4 pixels that differ by at most 4 of 255). With --camvid the
validation pictures, which are consecutive frames of one drive, are labeled as a video too, and their mIoU is printed.
"""
import argparse
import pathlib
import subprocess
import tempfile

import numpy as np
from PIL import Image

VOID = 255


def raw(path, pixels, frames=None):
    """All frames of a video. Shape: frames × height × width (× 3)."""
    size = subprocess.run(
        ["ffprobe", "-v", "error", "-select_streams", "v", "-show_entries", "stream=width,height", "-of", "csv=p=0", path],
        capture_output=True, check=True, text=True).stdout.strip().split(",")
    width, height = int(size[0]), int(size[1])
    limit = [] if frames is None else ["-frames:v", str(frames)]
    data = subprocess.run(
        ["ffmpeg", "-v", "error", "-i", path, *limit, "-fps_mode", "passthrough", "-f", "rawvideo", "-pix_fmt", pixels, "-"],
        capture_output=True, check=True).stdout
    return np.frombuffer(data, np.uint8).reshape(-1, height, width, *([3] if pixels == "rgb24" else []))


def still(video):
    """Where a frame's picture is that of the frame before. Shape: frames − 1 × height × width."""
    green = video[..., 1].astype(np.float32)
    frames, height, width = green.shape
    rows, columns = height // 4, width // 4
    tiles = green[:, : rows * 4, : columns * 4].reshape(frames, rows, 4, columns, 4).mean((2, 4))
    same = np.abs(np.diff(tiles, axis=0)) <= 4
    result = np.zeros((frames - 1, height, width), bool)
    result[:, : rows * 4, : columns * 4] = same.repeat(4, 1).repeat(4, 2)
    return result


def miou(labels, truth, classes=11):
    known = truth < classes
    # What is void in the labels is taken for no class, and is wrong for its own.
    columns = classes + 1
    matrix = np.bincount(truth[known].astype(int) * columns + np.minimum(labels[known], classes), minlength=classes * columns)
    matrix = matrix.reshape(classes, columns)
    right = np.diag(matrix)
    union = matrix.sum(1) + matrix.sum(0)[:classes] - right
    return 100 * (right / np.maximum(union, 1))[union > 0].mean()


def label(arguments, video, folder, steady):
    masks = f"{folder}/masks-{steady}.mkv"
    command = [arguments.camber, "segment", video, "--model", arguments.model, "--masks", masks]
    subprocess.run(command + (["--steady"] if steady else []), check=True, capture_output=True)
    return raw(masks, "gray", arguments.frames)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("videos", nargs="*")
    parser.add_argument("--camber", required=True)
    parser.add_argument("--model", required=True)
    parser.add_argument("--camvid", type=pathlib.Path)
    parser.add_argument("--frames", type=int, default=200)
    arguments = parser.parse_args()
    print(f"{'':32}{'all pixels':>24}{'still pixels':>24}{'mIoU':>16}")
    with tempfile.TemporaryDirectory() as folder:
        videos = [(pathlib.Path(video).name, video, None) for video in arguments.videos]
        if arguments.camvid:
            names = sorted((arguments.camvid / "val").glob("*.png"))
            pictures = f"{folder}/val.mkv"
            subprocess.run(
                ["ffmpeg", "-v", "error", "-framerate", "15", "-pattern_type", "glob", "-i", f"{arguments.camvid}/val/*.png",
                 "-c:v", "ffv1", "-pix_fmt", "bgr0", pictures], check=True)
            truth = np.stack([np.array(Image.open(arguments.camvid / "valannot" / name.name)) for name in names])
            videos.append(("CamVid val", pictures, truth))
        for name, video, truth in videos:
            same = still(raw(video, "rgb24", arguments.frames))
            cells = [[], [], []]
            for steady in (False, True):
                labels = label(arguments, video, folder, steady)
                changed = labels[1:] != labels[:-1]
                cells[0].append(100 * changed.mean())
                cells[1].append(100 * changed[same[: len(changed)]].mean())
                if truth is not None:
                    cells[2].append(miou(labels, truth[: len(labels)]))
            texts = [f"{pair[0]:.2f} → {pair[1]:.2f} %" if pair else "" for pair in cells]
            print(f"{name:32}{texts[0]:>24}{texts[1]:>24}{texts[2]:>16}", flush=True)


if __name__ == "__main__":
    main()
