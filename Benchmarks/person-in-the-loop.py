#!/usr/bin/env python3
"""What a few frames that a person corrects are worth: from the spool to labels and back to a promoted model.

    make build && Benchmarks/person-in-the-loop.py [--camber .build/release/camber] [--seed N]

A model of clear days drives the synthetic road by night. The daemon keeps frames; six that it is least sure of go out as a labeling
tool's files, the script plays the person with the true labels, and they come back. Then `camber learn` runs twice from the same spool
and registry: without those labels and with them. Both models, and the one before, are measured on the other frames of the drive, none
of them within five seconds of a corrected one. Ends with 1 where the person's labels gain less than three points over the loop alone,
or the model is promoted for another reason.
"""
import argparse
import json
import shutil
import subprocess
import sys
import time

from daemon_bench import ROOT, Bench

SIZE, FPS, SECONDS, CORRECTED, NEAR = "240x176", 10, 100, 6, 5
CONFIG = """
source: {{location: {work}/drive/drive.mp4, pace: source}}
registry: {work}/{name}/models
model: {model}
size: {size}
gate: {{every: 700ms, threshold: 0.4, selected: 1%, difference: 0.1%, cpu: 100%}}
spool: {{folder: {work}/{name}/spool, size: 500MB, keep_free: 1MB}}
learn:
  labeled: "folder:{work}/labeled"
  held_out: "folder:{work}/held-out"
{human}  recipe: {work}/gentle.yaml
  epochs: 4
  threads: 1
  least_items: 10
  class_limit: 15%
  held_out_limit: 2%
  work: {work}/{name}/learning
status: {{socket: {work}/status.sock}}
"""


class Person(Bench):
    def write(self, name, human=""):
        # What is known of the day is to stay: small steps.
        recipe = (ROOT / "configs/recipes/synthetic-own.yaml").read_text().replace("learning_rate: 0.001", "learning_rate: 0.0003")
        (self.work / "gentle.yaml").write_text(recipe)
        config = self.work / f"{name}.yaml"
        (self.work / name).mkdir(exist_ok=True)
        config.write_text(CONFIG.format(work=self.work, name=name, model=self.options.model, size=SIZE, human=human))
        return config

    def correct(self, folder):
        """The frame's true labels in place of the model's; gives the seconds into the drive of each."""
        moments = []
        for name, origin in json.loads((folder / "origins.json").read_text()).items():
            truth = self.work / f"drive/labels/{self.names[origin['frame']]}"
            shutil.copyfile(truth, folder / f"labels/{name}.png")
            moments.append(origin["frame"] / FPS)
        return sorted(moments)

    def others(self, corrected):
        """A data set of the drive's other frames, two a second."""
        for part in ("images", "labels"):
            (self.work / f"others/{part}").mkdir(parents=True)
        shutil.copyfile(self.work / "drive/classes.yaml", self.work / "others/classes.yaml")
        for number in range(0, FPS * SECONDS, FPS // 2):
            if all(abs(number / FPS - moment) > NEAR for moment in corrected):
                for part in ("images", "labels"):
                    shutil.copyfile(self.work / f"drive/{part}/{self.names[number]}", self.work / f"others/{part}/{number:06}.png")
        return len(list((self.work / "others/images").iterdir()))

    def learn(self, config):
        answer = subprocess.run([self.camber, "learn", "--config", config, "--json"], check=True, capture_output=True, text=True)
        return json.loads(answer.stdout)

    def miou(self, model):
        return 100 * json.loads(self.run("evaluate", "--dataset", f"folder:{self.work}/others", "--model", model, "--json").stdout)["miou"]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--camber", default=str(ROOT / ".build/release/camber"))
    parser.add_argument("--model", default=str(ROOT / "samples/models/synthetic-day.safetensors"))
    parser.add_argument("--seed", type=int, default=51, help="of the drive")
    options = parser.parse_args()
    person = Person(options)
    night = ["--light", "night", "--weather", "clear"]
    person.run("synthesize", "--out", person.work / "drive", "--seed", options.seed, "--size", SIZE, "--fps", FPS, "--frames", FPS * SECONDS, *night)
    person.names = sorted(file.name for file in (person.work / "drive/labels").iterdir())
    # What the model was made of, and as good as it on roads of its own.
    for folder, seed, drives in (("labeled", 1000, 48), ("held-out", 200, 12)):
        person.run("synthesize", "--out", person.work / folder, "--seed", seed, "--size", SIZE, "--drives", drives, "--frames", 2, "--fps", 0.25,
                   "--light", "day", "--weather", "clear", "--format", "frames")
    alone = person.write("alone")
    daemon = person.start(alone)
    daemon.communicate(timeout=4 * SECONDS)
    kept = len(json.loads(person.run("spool", "list", "--last", 0, "--config", alone, "--json").stdout)["items"])
    shutil.copytree(person.work / "alone", person.work / "helped", symlinks=True)
    helped = person.write("helped", f'  human: "folder:{person.work}/human"\n')
    person.run("spool", "export", "--config", helped, "--for", "folder", "--uncertain", CORRECTED, "--out", person.work / "task")
    corrected = person.correct(person.work / "task")
    person.run("labels", "import", person.work / "task", "--dataset", person.work / "human", "--by", "eve")
    measured = person.others(corrected)
    print(f"{kept} frames kept; corrected at {', '.join(f'{moment:.0f}' for moment in corrected)} s; measured on {measured} others", flush=True)
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
