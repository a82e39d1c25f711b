#!/usr/bin/env python3
"""What unlabeled pictures teach: the paper's three stages beside the same labels alone, for as many steps and for twice as many.

    make build && .venv/bin/python scripts/make-encoder.py lite0.safetensors
    Benchmarks/semi-supervised.py --camvid DIR --encoder lite0.safetensors --split dusk --split 1/8 --seeds 1 2 3 --work DIR

`dusk`: CamVid's 305 training pictures by day have labels, the first 31 of the drive at dusk (0001TP) have none, and its other 31 judge.
`1/8`, `1/4`, `1/2`: so many of the 367 training pictures have labels, the others have none, and the validation split judges.

For each seed: a segmentation network on the labels, an auxiliary network for it, and from there the labels alone for as many steps as
the third stage takes (`alone`), for twice as many (`twice`), and the third stage (`both`). What is in --work already is not made again.
"""
import argparse
import json
import pathlib
import random
import statistics
import subprocess

ROOT = pathlib.Path(__file__).resolve().parent.parent
BATCH, AUXILIARY_STEPS = 4, 150
# What the third stage does beside the paper: the strong changes of the recipe, ClassMix, labels anew from the moving average on the
# way, and a pseudo-label counts by its confidence.
BOTH = ["mix=classmix", "weigh_by_confidence=true", "relabel_at=[0.33,0.67]"]


class Split:
    """The labeled, the unlabeled and the judging pictures of one experiment, as a folder in CamVid's layout and one of pictures."""

    def __init__(self, camvid, name, seed, folder):
        train = [pathlib.Path(line.split()[0]).name for line in (camvid / "train.txt").read_text().splitlines() if line.strip()]
        val = [pathlib.Path(line.split()[0]).name for line in (camvid / "val.txt").read_text().splitlines() if line.strip()]
        if name == "dusk":
            dusk = sorted(file for file in train if file.startswith("0001TP"))
            labeled = [file for file in train if file not in dusk]
            unlabeled, judging, part = dusk[:31], dusk[31:], "train"
        else:
            share = int(name.split("/")[1])
            labeled = random.Random(seed).sample(sorted(train), round(len(train) / share))
            unlabeled, judging, part = [file for file in train if file not in labeled], val, "val"
        self.camvid, self.labeled, self.unlabeled, self.folder = camvid, labeled, unlabeled, folder
        folder.mkdir(parents=True, exist_ok=True)
        for kind in ("train", "trainannot", "val", "valannot"):
            link(folder / kind, camvid / kind)
        self.list("train", "train", labeled)
        self.list("val", part, judging)

    def list(self, name, part, files):
        lines = [f"{part}/{file} {part}annot/{file}\n" for file in sorted(files)]
        (self.folder / f"{name}.txt").write_text("".join(lines))

    def pictures(self, times):
        """A list of the unlabeled pictures' folder, so many times over."""
        for time in range(times):
            folder = self.folder / f"unlabeled/{time}"
            folder.mkdir(parents=True, exist_ok=True)
            for file in self.unlabeled:
                link(folder / f"{time}-{file}", self.camvid / "train" / file)
        names = self.folder / f"unlabeled-{times}.txt"
        names.write_text("".join(f"{self.folder.resolve()}/unlabeled/{time}\n" for time in range(times)))
        return names


def link(path, target):
    if not path.is_symlink():
        path.symlink_to(target.resolve())


def run(options, *arguments):
    command = [options.camber, *map(str, arguments)]
    answer = subprocess.run(command, capture_output=True, text=True)
    if answer.returncode:
        raise SystemExit(f"{' '.join(command)}\n{answer.stderr}")
    return answer.stdout


def steps_of(bundle):
    lines = bundle.with_suffix(".log.jsonl").read_text().splitlines()
    return json.loads(lines[-1])["step"]


def train(options, split, name, kind, *arguments):
    out = split.folder / f"{name}.safetensors"
    if not out.exists():
        run(options, "train", kind, "--dataset", f"camvid:{split.folder}", "--validation", "none", "--recipe", "camvid-lite",
            "--threads", options.threads, "--out", out, "--resume", *arguments)
    return out


def score(options, split, bundle):
    file = bundle.with_suffix(".score.json")
    if not file.exists():
        file.write_text(run(options, "evaluate", "--dataset", f"camvid:{split.folder}", "--split", "val", "--model", bundle,
                            "--threads", options.threads, "--json"))
    return 100 * json.loads(file.read_text())["miou"]


def experiment(options, name, seed):
    split = Split(options.camvid, name, seed, options.work / f"{name.replace('/', '-')}-{seed}")
    labeled, unlabeled = len(split.labeled), len(split.unlabeled)
    seeds = ["--seed", seed]
    # As many pictures without labels as with, where there are fewer of them.
    times = max(1, min(3, labeled // (2 * unlabeled)))
    base = train(options, split, "base", "segmentation", "--network", "efficientnet-lite0", "--encoder", options.encoder,
                 "--epochs", round(options.base_steps / (labeled // BATCH)), *seeds)
    auxiliary = train(options, split, "auxiliary", "auxiliary", "--model", base, "--epochs",
                      max(1, round(AUXILIARY_STEPS / (labeled // BATCH))), "--set", f"batch={BATCH}", *seeds)
    further = ["--learning-rate", 0.0008, "--set", "starts_from=any", "--set", "warmup_steps=50"]
    both = train(options, split, options.name, "retrain", "--model", auxiliary, "--continue-training", "--unlabeled", split.pictures(times),
                 "--epochs", options.epochs, *further, *options.third, *seeds)
    steps = steps_of(both)
    scores = {"before": score(options, split, base)}
    for key, factor in (("alone", 1), ("twice", 2)):
        bundle = train(options, split, key, "segmentation", "--model", base, "--epochs",
                       round(factor * steps / (labeled // BATCH)), "--set", "mix=classmix", *further, *seeds)
        scores[key] = score(options, split, bundle)
        scores[f"{key} steps"] = steps_of(bundle)
    return scores | {"both": score(options, split, both), "steps": steps}


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--camber", default=ROOT / ".build/release/camber")
    parser.add_argument("--camvid", type=pathlib.Path, required=True)
    parser.add_argument("--encoder", type=pathlib.Path, required=True)
    parser.add_argument("--work", type=pathlib.Path, default=pathlib.Path("semi-supervised"))
    parser.add_argument("--split", action="append", choices=["dusk", "1/8", "1/4", "1/2"])
    parser.add_argument("--seeds", type=int, nargs="+", default=[1, 2, 3])
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--base-steps", type=int, default=1000, help="of the first stage")
    parser.add_argument("--epochs", type=int, default=8, help="of the third stage")
    parser.add_argument("--third", action="append", help="another switch of the third stage, in place of those above")
    parser.add_argument("--name", default="both", help="the third stage's files")
    options = parser.parse_args()
    options.third = [word for switch in options.third or BOTH for word in ("--set", switch)]
    for name in options.split or ["dusk", "1/8", "1/4", "1/2"]:
        gains = []
        for seed in options.seeds:
            scores = experiment(options, name, seed)
            gains.append(scores["both"] - max(scores["alone"], scores["twice"]))
            print(f"{name}, seed {seed}: before {scores['before']:.1f}, labels alone {scores['alone']:.1f} ({scores['alone steps']} steps) and "
                  f"{scores['twice']:.1f} ({scores['twice steps']}), with unlabeled {scores['both']:.1f} ({scores['steps']})", flush=True)
        print(f"{name}: {statistics.mean(gains):+.1f} over the better of the two alone ({min(gains):+.1f} to {max(gains):+.1f})", flush=True)


if __name__ == "__main__":
    main()
