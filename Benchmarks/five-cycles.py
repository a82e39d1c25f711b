#!/usr/bin/env python3
"""Five learning cycles on a drive whose look changes from day over rain to night; only this script knows the labels.

    make build && Benchmarks/five-cycles.py [--camber .build/release/camber] [--work DIR] [--frames 240] [--epochs N]

Each cycle: the daemon runs along a new drive and spools what it trusts, then `camber learn` runs once. After each, the current
model is measured on pictures of all looks that are neither trained on nor held out for the promotion gate. Ends with 1 where
the mIoU ever falls by more than half a point, or does not end higher than it began.
"""
import argparse
import json
import pathlib
import shutil
import subprocess
import sys
import tempfile

LOOKS = [("day", "clear"), ("day", "rain"), ("dusk", "rain"), ("night", "clear"), ("night", "rain")]
LARGEST_FALL = 0.5

CONFIG = """
source: {{location: {work}/drive/drive.mp4, pace: source}}
registry: {work}/models
model: {model}
size: {size}
gate: {{every: 400ms, threshold: {threshold}, selected: 15%, difference: 0.5%, cpu: 100%}}
spool: {{folder: {work}/spool, size: 500MB, items: 120, keep_free: 100MB}}
learn:
  labeled: "folder:{work}/labeled"
  held_out: "folder:{work}/held-out"
  recipe: {recipe}
  epochs: {epochs}
  threads: 2
  least_items: 10
  threshold: {threshold}
  work: {work}/learning
status: {{socket: none}}
"""


def main():
    root = pathlib.Path(__file__).resolve().parent.parent
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--camber", default=str(root / ".build/release/camber"))
    parser.add_argument("--model", default=str(root / "samples/models/synthetic-weak.safetensors"))
    parser.add_argument("--work", help="an empty folder; a temporary one if left out")
    parser.add_argument("--size", default="240x176")
    parser.add_argument("--frames", type=int, default=240, help="of each drive, at ten a second")
    parser.add_argument("--epochs", type=int, default=20, help="of each training in a cycle")
    parser.add_argument("--pictures", type=int, default=12, help="for the test, of each look")
    parser.add_argument("--threshold", type=float, default=0.6)
    options = parser.parse_args()
    work = pathlib.Path(options.work or tempfile.mkdtemp(prefix="camber-five-cycles-")).resolve()
    work.mkdir(parents=True, exist_ok=True)

    def camber(*arguments):
        return subprocess.run([options.camber, *map(str, arguments)], check=True, stdout=subprocess.PIPE, text=True,
                              stderr=(work / "errors.log").open("a")).stdout

    def synthesize(folder, seed, light=None, weather=None, **rest):
        arguments = {"out": folder, "seed": seed, "size": options.size, "light": light, "weather": weather, **rest}
        camber("synthesize", *(part for key, value in arguments.items() if value for part in ("--" + key, value)))

    def pictures(name, seed, each):
        """A data set with so many pictures of every look."""
        for index, (light, weather) in enumerate(LOOKS):
            part = work / "part"
            synthesize(part, seed + 100 * index, light, weather, drives=each, frames=1, start=3, format="frames")
            for kind in ("images", "labels"):
                target = work / name / kind
                target.mkdir(parents=True, exist_ok=True)
                for file in sorted((part / kind).iterdir()):
                    file.rename(target / f"{light}-{weather}-{file.name}")
            shutil.copy(part / "classes.yaml", work / name / "classes.yaml")
            shutil.rmtree(part)

    def measure(model):
        report = json.loads(camber("evaluate", "--dataset", f"folder:{work}/test", "--model", model, "--json"))
        return 100 * report["miou"]

    synthesize(work / "labeled", 100, drives=12, frames=2, fps=0.25, format="frames")
    pictures("held-out", 2000, 4)
    pictures("test", 5000, options.pictures)
    config = work / "camber.yaml"
    config.write_text(CONFIG.format(
        work=work, model=pathlib.Path(options.model).resolve(), size=options.size, epochs=options.epochs,
        threshold=options.threshold, recipe=root / "configs/recipes/synthetic.yaml"))

    scores = [measure(options.model)]
    print(f"{'cycle':6} {'drive':12} {'spooled':>8} {'test mIoU':>10}  outcome", flush=True)
    print(f"{'start':6} {'':12} {'':>8} {scores[0]:9.1f} %", flush=True)
    for number, (light, weather) in enumerate(LOOKS, 1):
        shutil.rmtree(work / "drive", ignore_errors=True)
        synthesize(work / "drive", 700 + number, light, weather, frames=options.frames, fps=10, format="video")
        spooled = json.loads(camber("run", "--config", config, "--json"))["spooled"]
        outcome = json.loads(camber("learn", "--config", config, "--json"))
        scores.append(measure(work / "models/current"))
        print(f"{number:<6} {light + ', ' + weather:12} {spooled:8} {scores[-1]:9.1f} %  {outcome['outcome']}: {outcome['reason']}",
              flush=True)

    fall = max(before - after for before, after in zip(scores, scores[1:]))
    print(f"largest fall {max(0, fall):.1f}, {scores[0]:.1f} % → {scores[-1]:.1f} %")
    if fall > LARGEST_FALL or scores[-1] <= scores[0]:
        sys.exit(f"It must never fall by more than {LARGEST_FALL}, and end higher than it began.")


if __name__ == "__main__":
    main()
