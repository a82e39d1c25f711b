#!/usr/bin/env python3
"""The closed loop on real drives: what the learner makes of each, and whether that is better where the truth is known.

    make build && Benchmarks/real-drives.py --drives DIR --roads DIR --camvid DIR [--model samples/models/camvid.safetensors]

For every video in DIR: the daemon runs over it once as over a camera, keeping frames; one cycle of the learner; its verdict; then the
frames of that drive in --roads, a `folder:` data set whose pictures end in the first two characters of the drive's name: accuracy of the
model before and of the candidate, whether it was promoted or not. Nothing else sees these frames. Ends with 1 where the model in use
loses more than half a point on a drive, or gains nothing on one where it was under 90 %.
"""
import argparse
import json
import pathlib
import shutil
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parent.parent
CONFIG = """
source: {{location: {drive}, pace: source}}
registry: {work}/models
model: {model}
size: 480x360
threads: 2
gate: {{every: 300ms, precision: 95%, difference: 0.5%, cpu: 50%}}
spool: {{folder: {work}/spool, size: 500MB, items: 400, keep_free: 100MB}}
learn: {{labeled: "camvid:{camvid}", held_out: "camvid:{camvid}", recipe: finetune, epochs: {epochs}, threads: {threads}, memory: 2GB,
         least_items: 5, precision: 95%, work: {work}/learning}}
status: {{socket: {work}/status.sock}}
"""


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--drives", required=True, type=pathlib.Path)
    parser.add_argument("--only", default="", help="names of drives begin with one of these, such as 01,14")
    parser.add_argument("--roads", required=True, type=pathlib.Path)
    parser.add_argument("--camvid", required=True, type=pathlib.Path)
    parser.add_argument("--model", default=ROOT / "samples/models/camvid.safetensors", type=pathlib.Path)
    parser.add_argument("--camber", default=ROOT / ".build/release/camber", type=pathlib.Path)
    parser.add_argument("--epochs", type=int, default=6)
    parser.add_argument("--threads", type=int, default=2)
    options = parser.parse_args()
    only = tuple(options.only.split(",")) if options.only else ("",)
    failures = []
    print("| drive | frames kept | accuracy before | candidate | promoted | in use |\n|---|---|---|---|---|---|", flush=True)
    for drive in sorted(path for path in options.drives.glob("*.mp4") if path.name.startswith(only)):
        work = pathlib.Path(tempfile.mkdtemp(prefix="camber-real-"))
        try:
            failures += cycle(options, drive.resolve(), work)
        finally:
            shutil.rmtree(work, ignore_errors=True)
    print("\n".join(failures) or "nothing was lost anywhere")
    sys.exit(1 if failures else 0)


def cycle(options, drive, work):
    def camber(*arguments):
        done = subprocess.run([options.camber, *map(str, arguments)], check=False, capture_output=True, text=True)
        if done.returncode:
            sys.exit(f"camber {' '.join(map(str, arguments))}: {done.stderr[-2000:]}")
        return done.stdout

    truth = frames(options.roads, drive, work / "roads")
    if truth is None:
        return []
    config = work / "c.yaml"
    config.write_text(CONFIG.format(drive=drive, work=work, model=options.model.resolve(), camvid=options.camvid.resolve(),
                                    epochs=options.epochs, threads=options.threads))
    camber("run", "--config", config)
    kept = json.loads(camber("spool", "list", "--config", config, "--json"))["summary"]["items"]
    report = json.loads(camber("learn", "--config", config, "--json"))

    def accuracy(model):
        return json.loads(camber("evaluate", "--dataset", f"folder:{truth}", "--model", model, "--json"))["pixel_accuracy"] * 100

    before = accuracy(options.model)
    bundles = sorted((work / "models").glob("0*.safetensors"))
    candidate = accuracy(bundles[-1]) if len(bundles) > 1 else None
    used = accuracy(work / "models/current")
    promoted = "yes" if report["outcome"] == "promoted" else "no"
    text = "–" if candidate is None else f"{candidate:.2f}"
    print(f"| {drive.name} | {kept} | {before:.2f} | {text} | {promoted} | {used:.2f} |", flush=True)
    print(f"    {report['reason']}", file=sys.stderr, flush=True)
    if used < before - 0.5:
        return [f"{drive.name}: {before:.2f} -> {used:.2f}"]
    if before < 90 and used <= before:
        return [f"{drive.name}: {before:.2f} is under 90 and did not rise"]
    return []


def frames(roads, drive, folder):
    """The frames of the drive as a data set of their own; nothing where there are none."""
    images = [path for path in (roads / "images").iterdir() if path.stem[-2:] == drive.name[:2]]
    if not images:
        return None
    for name in ("images", "labels"):
        (folder / name).mkdir(parents=True)
    shutil.copy(roads / "classes.yaml", folder)
    for image in images:
        shutil.copy(image, folder / "images")
        shutil.copy(roads / "labels" / f"{image.stem}.png", folder / "labels")
    return folder


if __name__ == "__main__":
    main()
