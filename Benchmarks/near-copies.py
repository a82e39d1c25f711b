"""How well near-copies of held-out pictures are told from other pictures, by the rule of Learning/Cycle/PictureLikeness.swift.

    near-copies.py --camvid DIR

Counts how many changed copies of CamVid's val pictures are found, and how many of the train pictures, and of val's own neighbours in
time, are taken for one. Needs numpy and pillow.
"""

import argparse
import io
import pathlib

import numpy
from PIL import Image, ImageEnhance

MOST_BITS, MOST_DIFFERENCE, SAME_DIFFERENCE = 51, 0.25, 0.05


def tiles(gray, columns, rows):
    """Means over tiles whose edges lie between pixels, as RGBImage.luminance has them."""
    height, width = gray.shape
    spans = lambda count, length: [(min(i * length // count, length - 1), max(min(i * length // count, length - 1) + 1, (i + 1) * length // count)) for i in range(count)]
    return numpy.array([[gray[top:bottom, left:right].mean() for left, right in spans(columns, width)] for top, bottom in spans(rows, height)])


def likeness(picture):
    red, green, blue = (numpy.asarray(channel, dtype=numpy.float64) for channel in picture.convert("RGB").split())
    gray = (77 * red + 150 * green + 29 * blue) / 256
    signs, small = tiles(gray, 17, 16), tiles(gray, 16, 12)
    return signs[:, 1:] > signs[:, :-1], (small - small.mean()) / (small.std() + 2)


def is_near(first, second):
    difference = numpy.abs(first[1] - second[1]).mean()
    return difference <= (MOST_DIFFERENCE if (first[0] != second[0]).sum() <= MOST_BITS else SAME_DIFFERENCE)


def jpeg(picture, quality):
    file = io.BytesIO()
    picture.save(file, "JPEG", quality=quality)
    return Image.open(io.BytesIO(file.getvalue()))


def cropped(picture, percent, corner=False):
    width, height = picture.size
    x, y = width * percent / 100, height * percent / 100
    return picture.crop((round(x), round(y), width, height) if corner else (round(x / 2), round(y / 2), width - round(x / 2), height - round(y / 2)))


CHANGES = {
    "JPEG of quality 95": lambda p: jpeg(p, 95),
    "JPEG of quality 30": lambda p: jpeg(p, 30),
    "scaled to 240x176": lambda p: p.resize((240, 176), Image.BILINEAR),
    "scaled to 96x64": lambda p: p.resize((96, 64), Image.BILINEAR),
    "scaled to 1280x720": lambda p: p.resize((1280, 720), Image.BICUBIC),
    "brighter by 1.2": lambda p: ImageEnhance.Brightness(p).enhance(1.2),
    "darker by 0.7": lambda p: ImageEnhance.Brightness(p).enhance(0.7),
    "contrast 1.3": lambda p: ImageEnhance.Contrast(p).enhance(1.3),
    "2 % of each side cut off": lambda p: cropped(p, 4),
    "3 % of each side cut off": lambda p: cropped(p, 6),
    "3 % of two sides cut off": lambda p: cropped(p, 3, corner=True),
    "1 % of each side cut off, scaled to 320x240, brighter by 1.15, JPEG 80": lambda p: jpeg(
        ImageEnhance.Brightness(cropped(p, 2).resize((320, 240))).enhance(1.15), 80),
}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--camvid", required=True)
    folder = pathlib.Path(parser.parse_args().camvid)
    pictures = {split: [(path, Image.open(path).convert("RGB")) for path in sorted((folder / split).glob("*.png"))] for split in ("train", "val")}
    val = [likeness(picture) for _, picture in pictures["val"]]
    train = [likeness(picture) for _, picture in pictures["train"]]
    for name, change in CHANGES.items():
        found = sum(is_near(held, likeness(change(picture))) for held, (_, picture) in zip(val, pictures["val"]))
        print(f"found: {found} of {len(val)}, {name}")
    wrong = sum(is_near(held, other) for held in val for other in train)
    print(f"train beside val: {wrong} of {len(val) * len(train)} pairs, {sum(any(is_near(h, t) for h in val) for t in train)} of {len(train)} pictures")
    # Every second frame of 30 a second.
    for frames in (2, 4, 6, 10, 16, 30, 60):
        gap = frames // 2
        pairs = [(val[i], val[i + gap]) for i in range(len(val) - gap)]
        print(f"val, {frames / 30:.2f} s later: {sum(is_near(a, b) for a, b in pairs)} of {len(pairs)}")
    drives = [path.name[:6] for path, _ in pictures["train"]]
    pairs = [(train[i], train[i + 1]) for i in range(len(train) - 1) if drives[i] == drives[i + 1]]
    print(f"train, the next labeled picture of the drive, usually 1 s later: {sum(is_near(a, b) for a, b in pairs)} of {len(pairs)}")
    across = [(train[i], train[j]) for i in range(len(train)) for j in range(i) if drives[i] != drives[j]]
    print(f"train, pictures of different drives: {sum(is_near(a, b) for a, b in across)} of {len(across)} pairs")


if __name__ == "__main__":
    main()
