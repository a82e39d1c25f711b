#!/usr/bin/env python3
"""Labels to the tools' own packages and back, compared pixel by pixel.

    label-exchange.py --camber .build/release/camber

Needs numpy, pillow, datumaro (CVAT's own library for formats), pycocotools and label-studio-converter.
"""

import argparse
import json
import pathlib
import shutil
import subprocess
import sys
import tempfile
import zipfile

import numpy
from PIL import Image

CONFIG = """
source: {{location: {work}/drive/drive.mp4, pace: source}}
registry: {work}/models
model: {model}
size: 96x64
gate: {{every: 100ms, threshold: 0.3, selected: 1%, difference: 0.1%, cpu: 100%}}
spool: {{folder: {work}/spool, size: 500MB, keep_free: 1MB}}
status: {{socket: none}}
"""


def camber(*arguments):
    result = subprocess.run([PROGRAM, *map(str, arguments)], capture_output=True, text=True)
    if result.returncode:
        sys.exit(f"camber {' '.join(map(str, arguments))}: {result.stderr or result.stdout}")
    return result.stdout


def labels(folder):
    """Class indices by name; 255 is void."""
    return {path.stem: numpy.asarray(Image.open(path)) for path in sorted((folder / "labels").glob("*.png"))}


def imported(what, source, frames):
    data = WORK / f"data-{what}"
    camber("labels", "import", source, "--frames", frames, "--dataset", data)
    return check(what, labels(data))


def masks(dataset, name_of):
    """Datumaro's own view of a data set, as arrays of the spool's class indices."""
    result = {}
    for item in dataset:
        picture = None
        for annotation in item.annotations:
            picture = numpy.full(annotation.image.shape, 255, numpy.uint8) if picture is None else picture
            name = name_of(annotation.label)
            if name in CLASSES:
                picture[annotation.image.astype(bool)] = CLASSES.index(name)
        result[pathlib.PurePath(item.id).name] = picture
    return result


def check(what, found):
    same = found.keys() == TRUTH.keys() and all(numpy.array_equal(found[name], TRUTH[name]) for name in TRUTH)
    print(f"{'the same' if same else 'DIFFERENT'}: {what}")
    return same


def cvat():
    import datumaro

    out = WORK / "cvat"
    camber("spool", "export", "--folder", WORK / "spool", "--for", "cvat", "--out", out)
    zipfile.ZipFile(out / "annotations.zip").extractall(out / "unpacked")
    yield imported("cvat as it was written", out / "unpacked", out)
    # CVAT puts the task's pictures beside the masks before it reads them.
    shutil.copytree(out / "images", out / "unpacked/JPEGImages")
    dataset = datumaro.Dataset.import_from(str(out / "unpacked"), "voc_segmentation")
    names = dataset.categories()[datumaro.AnnotationType.label]
    yield check("cvat, as datumaro reads it", masks(dataset, lambda label: names[label].name))
    dataset.export(str(WORK / "cvat-voc"), "voc_segmentation", save_media=True, label_map="source")
    yield imported("cvat, as datumaro writes VOC", WORK / "cvat-voc", out)
    dataset.export(str(WORK / "cvat-coco"), "coco_instances", save_media=False, segmentation_mode="mask")
    yield imported("cvat, as datumaro writes COCO", next((WORK / "cvat-coco").rglob("*.json")), out)


def coco():
    from pycocotools.coco import COCO

    out = WORK / "coco"
    camber("spool", "export", "--folder", WORK / "spool", "--for", "coco", "--out", out)
    file = COCO(str(out / "annotations.json"))
    names = {category["id"]: category["name"] for category in file.loadCats(file.getCatIds())}
    found, packed = {}, json.loads((out / "annotations.json").read_text())
    for image in file.loadImgs(file.getImgIds()):
        picture = numpy.full((image["height"], image["width"]), 255, numpy.uint8)
        for annotation in file.loadAnns(file.getAnnIds(imgIds=image["id"])):
            mask = file.annToMask(annotation).astype(bool)
            assert mask.sum() == annotation["area"], annotation
            picture[mask] = CLASSES.index(names[annotation["category_id"]])
        found[pathlib.Path(image["file_name"]).stem] = picture
    yield check("coco, as pycocotools reads it", found)
    yield imported("coco as it was written", out / "annotations.json", out)
    for annotation in packed["annotations"]:
        runs = file.annToRLE(annotation)
        annotation["segmentation"] = {"size": runs["size"], "counts": runs["counts"].decode()}
    (WORK / "packed.json").write_text(json.dumps(packed))
    yield imported("coco, as pycocotools packs it", WORK / "packed.json", out)


def label_studio():
    from label_studio_converter import brush

    out = WORK / "label-studio"
    camber("spool", "export", "--folder", WORK / "spool", "--for", "label-studio", "--out", out)
    tasks = json.loads((out / "tasks.json").read_text())
    found = {}
    for number, task in enumerate(tasks):
        name = pathlib.PurePath(task["data"]["image"]).stem
        results = task["predictions"][0]["result"]
        height, width = results[0]["original_height"], results[0]["original_width"]
        picture, answers = numpy.full((height, width), 255, numpy.uint8), []
        for result in results:
            value = result["value"]
            mask = brush.decode_rle(value["rle"]).reshape(height, width, 4)[:, :, 3]
            picture[mask > 127] = CLASSES.index(value["brushlabels"][0])
            # As the converter writes a brush, and Label Studio its export.
            answers.append({**result, "value": {**value, "rle": brush.mask2rle(mask)}})
        found[name] = picture
        task["annotations"] = [{"id": number, "was_cancelled": False, "result": answers}]
        task["data"] = {"image": f"/data/upload/1/0a1b2c3d-{name}.jpg", "number": number}
    yield check("label-studio, as its converter reads it", found)
    (WORK / "export.json").write_text(json.dumps(tasks))
    yield imported("label-studio, as its converter writes it", WORK / "export.json", out)


def main():
    global PROGRAM, WORK, TRUTH, CLASSES
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--camber", default=".build/release/camber")
    parser.add_argument("--model", default="samples/models/synthetic-weak.safetensors")
    options = parser.parse_args()
    PROGRAM = str(pathlib.Path(options.camber).resolve())
    with tempfile.TemporaryDirectory() as folder:
        WORK = pathlib.Path(folder)
        # Larger than the network sees it, and of another shape: so are the pictures that people get.
        camber("synthesize", "--out", WORK / "drive", "--size", "300x200", "--frames", "30", "--fps", "2", "--format", "video")
        (WORK / "front.yaml").write_text(CONFIG.format(work=WORK, model=pathlib.Path(options.model).resolve()))
        camber("run", "--config", WORK / "front.yaml", "--for", "20s")
        folder = WORK / "folder"
        camber("spool", "export", "--folder", WORK / "spool", "--for", "folder", "--out", folder)
        TRUTH = labels(folder)
        items = json.loads(camber("spool", "list", "--folder", WORK / "spool", "--json"))["items"]
        CLASSES = items[0]["class_names"]
        void = sum(int((picture == 255).sum()) for picture in TRUTH.values())
        print(f"{len(TRUTH)} frames, {len(CLASSES)} classes, {void} pixels of void")
        if len(TRUTH) < 5 or not void:
            sys.exit("That is no test: a spool of some frames with void in them is needed.")
        results = [imported("folder", folder, folder), *cvat(), *coco(), *label_studio()]
    sys.exit(0 if all(results) else 1)


if __name__ == "__main__":
    main()
