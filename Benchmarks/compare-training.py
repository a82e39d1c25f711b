"""Times training of the segmentation network in Camber and in PyTorch, taking turns, and prints images a second and the ratio.

A step is forward, loss, backward and SGD on one batch in memory, float32. PyTorch runs the same network, from twins.py, by default in its
standard memory format; --channels-last tries the other one.
"""
import argparse
import json
import statistics
import subprocess
import time

import torch

import twins


def pytorch(arguments):
    torch.set_num_threads(arguments.threads)
    torch.manual_seed(1)
    width, height = (int(side) for side in arguments.size.split("x"))
    model = twins.NETWORKS[arguments.network](11).train()
    images, labels = torch.randn(arguments.batch, 3, height, width), torch.randint(0, 11, (arguments.batch, height, width))
    if arguments.channels_last:
        model, images = model.to(memory_format=torch.channels_last), images.contiguous(memory_format=torch.channels_last)
    optimizer = torch.optim.SGD(model.parameters(), 0.01, momentum=0.9, weight_decay=5e-4)
    weights = torch.ones(11)

    def step():
        optimizer.zero_grad(set_to_none=True)
        torch.nn.functional.cross_entropy(model(images), labels, weights).backward()
        optimizer.step()

    step()

    def measure(steps=4):
        begin = time.perf_counter()
        for _ in range(steps):
            step()
        return arguments.batch * steps / (time.perf_counter() - begin)

    return measure


def camber(arguments):
    text = subprocess.run(
        [arguments.camber, "bench", "--network", arguments.network, "--training", "--batch", str(arguments.batch), "--size", arguments.size,
         "--threads", str(arguments.threads), "--passes", "50", "--json"], check=True, capture_output=True, text=True).stdout
    return json.loads(text)["training"]["images_per_second"]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--camber", required=True, help="the camber program")
    parser.add_argument("--network", default="paper", choices=twins.NETWORKS, help="both start from random weights, for 11 classes")
    parser.add_argument("--size", default="480x360", help="width first")
    parser.add_argument("--batch", type=int, default=4)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--channels-last", action="store_true")
    arguments = parser.parse_args()
    peer = pytorch(arguments)
    rounds = []
    for number in range(arguments.rounds):
        rounds.append((camber(arguments), peer()))
        print(f"round {number + 1}: camber {rounds[-1][0]:.2f}, pytorch {rounds[-1][1]:.2f} images/s", flush=True)
    ratios = [ours / theirs for ours, theirs in rounds]
    print(f"{arguments.network}, {arguments.size}, batch {arguments.batch}, {arguments.threads} threads: Camber trains {statistics.median(ratios):.2f} × as fast "
          f"as PyTorch {torch.__version__} (rounds: {min(ratios):.2f}…{max(ratios):.2f}; best against best "
          f"{max(ours for ours, _ in rounds) / max(theirs for _, theirs in rounds):.2f})")


if __name__ == "__main__":
    main()
