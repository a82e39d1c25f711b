#!/usr/bin/env python3
"""Compares the speed of this tree with that of another commit: bench-diff.py REF [--rounds 5] [OPTION OF 'camber bench' ...]

Builds both, the other one in a work tree under .bench-diff/, and runs 'camber bench' of both in turns: the clock of a warm machine
is not that of a cold one. Prints both medians and the median of the rounds' ratios, which is above 1 where this tree is faster.
"""

import argparse
import json
import statistics

import work_tree
from work_tree import ROOT, run


def other_tree(ref):
    """A work tree of that commit, new or from an earlier comparison, whose build is then made up to date."""
    commit = run("git", "rev-parse", "--verify", f"{ref}^{{commit}}").strip()
    folder = ROOT / ".bench-diff" / "tree"
    if folder.exists():
        run("git", "checkout", "--quiet", "--detach", commit, folder=folder)
    else:
        work_tree.add(folder, commit)
    return commit, folder


def build(folder):
    print(f"Building {folder} ...", flush=True)
    return work_tree.build(folder)


def medians(program, options):
    """The median time of every part that was measured, in ms."""
    report = json.loads(run(program, "bench", "--json", *options))
    parts = {name: times for name, times in report.items() if isinstance(times, dict)}
    if "training" in parts:
        parts["training"] = parts["training"]["step"]
    return {name: times["median"] for name, times in parts.items()}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("ref", help="a commit, branch or tag")
    parser.add_argument("--rounds", type=int, default=5)
    arguments, options = parser.parse_known_args()
    commit, folder = other_tree(arguments.ref)
    programs = {"other": build(folder), "this": build(ROOT)}
    found = {"other": [], "this": []}
    for number in range(arguments.rounds):
        for name in (("other", "this") if number % 2 == 0 else ("this", "other")):
            found[name].append(medians(programs[name], options))
        print(f"Round {number + 1} of {arguments.rounds}", flush=True)
    print(f"\n{'ms, median':16}{commit[:12]:>14}{'this tree':>12}{'ratio':>9}{'of the rounds':>17}")
    for part in found["this"][0]:
        if any(part not in times for times in found["other"]):
            continue
        before, now = ([times[part] for times in found[name]] for name in ("other", "this"))
        ratios = [one / two for one, two in zip(before, now)]
        print(f"{part:16}{statistics.median(before):14.2f}{statistics.median(now):12.2f}{statistics.median(ratios):9.3f}"
              f"{min(ratios):10.3f}…{max(ratios):.3f}")


if __name__ == "__main__":
    main()
