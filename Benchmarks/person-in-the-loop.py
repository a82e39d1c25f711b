#!/usr/bin/env python3
"""What a few frames that a person corrects are worth: from the spool to labels and back to a promoted model.

    make build && Benchmarks/person-in-the-loop.py [--camber .build/release/camber] [--seed N]
    Benchmarks/person-in-the-loop.py --camvid DIR --model DAY.safetensors

Without --camvid, a model of clear days drives the synthetic road by night. With it, a model of CamVid's training drives by day
(`semi-supervised.py --split dusk` makes one) drives the pictures of the drive at dusk, 0001TP, a second apart.

The daemon keeps frames; six that it is least sure of go out as a labeling tool's files, the script plays the person with the true
labels, and they come back. Then `camber learn` runs twice from the same spool and registry: without those labels and with them. Both
models, and the one before, are measured on the other frames of the drive; on the synthetic road none of these is within five seconds
of a corrected one, at dusk they are all that there are. Ends with 1 where the person's labels gain less than three points over the
loop alone, or the model is promoted for another reason.
"""
import argparse
import json
import pathlib
import shutil
import subprocess
import sys
import time

from PIL import Image

from daemon_bench import ROOT, Bench

CORRECTED, VOID = 6, 11
CONFIG = """
source: {{{source}, pace: source}}
registry: {work}/{name}/models
model: {model}
size: {size}
gate: {{every: 700ms, threshold: 0.4, selected: 1%, difference: 0.1%, cpu: 100%}}
spool: {{folder: {work}/{name}/spool, size: 500MB, keep_free: 1MB}}
learn:
  labeled: "{labeled}"
  held_out: "{held_out}"
{human}  recipe: {recipe}
  epochs: {epochs}
  threads: 1
  least_items: 10
  class_limit: 15%
  held_out_limit: 2%
  work: {work}/{name}/learning
status: {{socket: {work}/status.sock}}
"""


class Person(Bench):
    """A drive whose truth is known: `picture` and `truth` name the files of each frame."""

    def write(self, name, human=""):
        config = self.work / f"{name}.yaml"
        (self.work / name).mkdir(exist_ok=True)
        config.write_text(CONFIG.format(work=self.work, name=name, model=pathlib.Path(self.options.model).resolve(), human=human, **self.keys))
        return config

    def correct(self, folder):
        """The frame's true labels in place of the model's; gives the number in the drive of each."""
        frames = []
        for name, origin in json.loads((folder / "origins.json").read_text()).items():
            shutil.copyfile(self.truth(origin["frame"]), folder / f"labels/{name}.png")
            frames.append(origin["frame"])
        return sorted(frames)

    def others(self, corrected):
        """A data set of the drive's other frames."""
        for part in ("images", "labels"):
            (self.work / f"others/{part}").mkdir(parents=True)
        shutil.copyfile(self.work / "task/classes.yaml", self.work / "others/classes.yaml")
        for number in self.measured:
            if all(abs(number - frame) > self.near for frame in corrected):
                shutil.copyfile(self.picture(number), self.work / f"others/images/{number:06}.png")
                shutil.copyfile(self.truth(number), self.work / f"others/labels/{number:06}.png")
        return len(list((self.work / "others/images").iterdir()))

    def learn(self, config):
        answer = subprocess.run([self.camber, "learn", "--config", config, "--json"], check=True, capture_output=True, text=True)
        return json.loads(answer.stdout)

    def miou(self, model):
        return 100 * json.loads(self.run("evaluate", "--dataset", f"folder:{self.work}/others", "--model", model, "--json").stdout)["miou"]


class Night(Person):
    SIZE, FPS, SECONDS, NEAR = "240x176", 10, 100, 5

    def prepare(self):
        self.run("synthesize", "--out", self.work / "drive", "--seed", self.options.seed, "--size", self.SIZE, "--fps", self.FPS,
                 "--frames", self.FPS * self.SECONDS, "--light", "night", "--weather", "clear")
        self.names = sorted(file.name for file in (self.work / "drive/labels").iterdir())
        # What the model was made of, and as good as it on roads of its own.
        for folder, seed, drives in (("labeled", 1000, 48), ("held-out", 200, 12)):
            self.run("synthesize", "--out", self.work / folder, "--seed", seed, "--size", self.SIZE, "--drives", drives, "--frames", 2,
                     "--fps", 0.25, "--light", "day", "--weather", "clear", "--format", "frames")
        # What is known of the day is to stay: small steps.
        recipe = (ROOT / "configs/recipes/synthetic-own.yaml").read_text()
        for key, demo, own in (("learning_rate", "0.001", "0.0003"), ("relabel_at", "[0.2, 0.4, 0.6, 0.8]", "[0.3, 0.6]")):
            recipe = recipe.replace(f"{key}: {demo}", f"{key}: {own}")
        (self.work / "gentle.yaml").write_text(recipe)
        self.keys = {"source": f"location: {self.work}/drive/drive.mp4", "size": self.SIZE, "labeled": f"folder:{self.work}/labeled",
                     "held_out": f"folder:{self.work}/held-out", "recipe": self.work / "gentle.yaml", "epochs": 4}
        # Two a second.
        self.measured, self.near, self.length = range(0, self.FPS * self.SECONDS, self.FPS // 2), self.NEAR * self.FPS, self.SECONDS

    def picture(self, frame):
        return self.work / f"drive/images/{self.names[frame]}"

    def truth(self, frame):
        return self.work / f"drive/labels/{self.names[frame]}"


class Dusk(Person):
    def prepare(self):
        camvid = self.options.camvid.resolve()
        lines = [line for line in (camvid / "train.txt").read_text().splitlines() if line.strip()]
        dusk = sorted(pathlib.Path(line.split()[0]).name for line in lines if "0001TP" in line)
        for part in ("drive", "truth", "day"):
            (self.work / part).mkdir()
        for name in dusk:
            (self.work / "drive" / name).symlink_to(camvid / "train" / name)
            # CamVid's own void comes after its classes; that of `folder:` data sets is 255.
            Image.open(camvid / "trainannot" / name).point(lambda index: 255 if index == VOID else index).save(self.work / "truth" / name)
        for part in ("train", "trainannot", "val", "valannot"):
            (self.work / "day" / part).symlink_to(camvid / part)
        day = [pathlib.Path(line.split()[0]).name for line in lines if "0001TP" not in line]
        (self.work / "day/train.txt").write_text("".join(f"train/{name} trainannot/{name}\n" for name in day))
        shutil.copyfile(camvid / "val.txt", self.work / "day/val.txt")
        self.names = dusk
        self.keys = {"source": f"location: {self.work}/drive, rate: 1", "size": "480x360", "labeled": f"camvid:{self.work}/day",
                     "held_out": f"camvid:{self.work}/day", "recipe": "finetune", "epochs": self.options.epochs}
        self.measured, self.near, self.length = range(len(dusk)), 0, len(dusk)

    def picture(self, frame):
        return self.work / "drive" / self.names[frame]

    def truth(self, frame):
        return self.work / "truth" / self.names[frame]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--camber", default=str(ROOT / ".build/release/camber"))
    parser.add_argument("--model", default=str(ROOT / "samples/models/synthetic-day.safetensors"))
    parser.add_argument("--seed", type=int, default=51, help="of the synthetic drive")
    parser.add_argument("--camvid", type=pathlib.Path)
    parser.add_argument("--epochs", type=int, default=4, help="of the cycles at dusk")
    options = parser.parse_args()
    person = (Dusk if options.camvid else Night)(options)
    person.prepare()
    alone = person.write("alone")
    daemon = person.start(alone)
    daemon.communicate(timeout=4 * person.length)
    kept = len(json.loads(person.run("spool", "list", "--last", 0, "--config", alone, "--json").stdout)["items"])
    shutil.copytree(person.work / "alone", person.work / "helped", symlinks=True)
    helped = person.write("helped", f'  human: "folder:{person.work}/human"\n')
    person.run("spool", "export", "--config", helped, "--for", "folder", "--uncertain", CORRECTED, "--out", person.work / "task")
    corrected = person.correct(person.work / "task")
    person.run("labels", "import", person.work / "task", "--dataset", person.work / "human", "--by", "eve")
    measured = person.others(corrected)
    print(f"{kept} frames kept; corrected: {', '.join(map(str, corrected))}; measured on {measured} others", flush=True)
    figures = {"before": person.miou(options.model)}
    verdicts = {}
    for name, config in (("alone", alone), ("helped", helped)):
        begin = time.monotonic()
        verdicts[name] = person.learn(config)
        figures[name] = person.miou(person.work / f"{name}/models/current")
        candidate = person.miou(person.work / f"{name}/models/000002.safetensors")
        print(f"{name}: {verdicts[name]['outcome']} after {time.monotonic() - begin:.0f} s, candidate {candidate:.1f} %, current "
              f"{figures[name]:.1f} %. {verdicts[name]['reason']}", flush=True)
    print(f"mIoU on the drive's other frames: {figures['before']:.1f} % before, {figures['alone']:.1f} % the loop alone, "
          f"{figures['helped']:.1f} % with {CORRECTED} frames corrected")
    person.check(figures["helped"] >= figures["alone"] + 3, "three points more than the loop alone")
    person.check(verdicts["helped"]["outcome"] == "promoted" and "people labeled" in verdicts["helped"]["reason"], "promoted for what people labeled")
    if person.failures:
        sys.exit(f"{len(person.failures)} did not hold; all in {person.work}")
    shutil.rmtree(person.work)


if __name__ == "__main__":
    main()
