#!/usr/bin/env python3
"""Kills `camber learn` at random moments, again and again, and compares what it ends with to an undisturbed run.

    make build && Benchmarks/kill-learner.py [--camber .build/release/camber] [--kills 50] [--seed 1]

After every kill `camber spool verify` and `camber models verify` must find nothing; in the end the registry must hold one
candidate, the same file bit by bit as the undisturbed run's. Ends with 1 where that does not hold.
"""
import argparse
import json
import pathlib
import random
import shutil
import subprocess
import sys
import tempfile
import time

CONFIG = """
source: {{location: {work}/drive/drive.mp4, pace: source}}
registry: {work}/{name}/models
model: {model}
size: 240x176
gate: {{every: 200ms, threshold: 0.5, selected: 5%, difference: 0.2%, cpu: 100%}}
spool: {{folder: {work}/{name}/spool, size: 100MB, items: 30, keep_free: 100MB}}
learn:
  labeled: "folder:{work}/labeled"
  held_out: "folder:{work}/held-out"
  recipe: {recipe}
  epochs: {epochs}
  threads: 2
  least_items: 5
  threshold: 0.5
  work: {work}/{name}/learning
status: {{socket: none}}
"""


def main():
    root = pathlib.Path(__file__).resolve().parent.parent
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--camber", default=str(root / ".build/release/camber"))
    parser.add_argument("--model", default=str(root / "samples/models/synthetic-weak.safetensors"))
    parser.add_argument("--kills", type=int, default=50)
    parser.add_argument("--epochs", type=int, default=10)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    work = pathlib.Path(tempfile.mkdtemp(prefix="camber-kill-learner-"))

    def camber(*arguments):
        return subprocess.run([options.camber, *map(str, arguments)], check=True, stdout=subprocess.PIPE, text=True,
                              stderr=(work / "errors.log").open("a")).stdout

    def configuration(name):
        path = work / f"{name}.yaml"
        path.write_text(CONFIG.format(work=work, name=name, model=pathlib.Path(options.model).resolve(), epochs=options.epochs,
                                      recipe=root / "configs/recipes/synthetic.yaml"))
        return path

    common = ["--size", "240x176", "--fps", "0.25", "--frames", 2, "--format", "frames"]
    camber("synthesize", "--out", work / "labeled", "--drives", 4, "--seed", 100, *common)
    camber("synthesize", "--out", work / "held-out", "--drives", 6, "--seed", 200, *common)
    camber("synthesize", "--out", work / "drive", "--size", "240x176", "--fps", 10, "--frames", 150, "--seed", 7,
           "--format", "video")
    camber("run", "--config", configuration("undisturbed"))
    shutil.copytree(work / "undisturbed", work / "killed", symlinks=True)

    began = time.monotonic()
    outcome = json.loads(camber("learn", "--config", configuration("undisturbed"), "--json"))
    print(outcome["reason"], flush=True)
    if outcome["outcome"] not in ("promoted", "rejected"):
        sys.exit("No cycle, nothing to compare.")
    alone = time.monotonic() - began
    config = configuration("killed")
    chance = random.Random(options.seed)
    kills = 0
    while True:
        learner = subprocess.Popen([options.camber, "learn", "--config", str(config)], stdout=subprocess.DEVNULL,
                                   stderr=(work / "errors.log").open("a"))
        try:
            # While kills are left, none but the last few runs may come to their end.
            learner.wait(timeout=chance.uniform(0, 2.5 * alone / options.kills) if kills < options.kills else None)
        except subprocess.TimeoutExpired:
            learner.kill()
            learner.wait()
            kills += 1
            camber("models", "verify", *(work / "killed/models").glob("[0-9]*.safetensors"))
            camber("spool", "verify", "--config", config)
            continue
        if learner.returncode != 0:
            sys.exit(f"camber learn ended with {learner.returncode}; see {work}/errors.log")
        break
    files = [sorted((work / name / "models").glob("[0-9]*.safetensors")) for name in ("undisturbed", "killed")]
    names = [[file.name for file in group] for group in files]
    if names[0] != names[1]:
        sys.exit(f"The registries hold {names[0]} and {names[1]}.")
    for first, second in zip(*files):
        if first.read_bytes() != second.read_bytes():
            sys.exit(f"{first} and {second} differ.")
    print(f"{kills} kills; {len(names[0])} bundles, the same bits; an undisturbed cycle takes {alone:.0f} s. All in {work}")


if __name__ == "__main__":
    main()
