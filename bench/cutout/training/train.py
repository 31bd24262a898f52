"""Learns the network that tells where a subject probably is, from what `examples.ts` wrote, and exports it as ONNX.

    python3 train.py --out subject.onnx --minutes 60 FILE...

Needs PyTorch 2 and onnx. Of every nine seeds one is kept back; the overlap with the truth there is told as it goes on.
"""

import argparse
import math
import random
import time

import numpy as np
import torch
from torch import nn
from torch.nn import functional

SIDE = 160
PLANES = 13
# The planes that augmentation turns.
LIGHTNESS, GREEN_RED, BLUE_YELLOW, FILLED = 0, 1, 2, 12
WIDTHS = (16, 24, 32, 48, 64)
BATCH = 8
RATE = 2e-3
EVERY = 150
# Of ten pictures that the bench makes so many are easy, fair, hard, unfair.
MIX = (0.4, 0.3, 0.2, 0.1)


class Network(nn.Module):
    """Down to cells of sixteen times the size and up again, each size with what was seen on the way down.

    Source of the shape: "U-Net: Convolutional Networks for Biomedical Image Segmentation" (Ronneberger and others, 2015).
    """

    def __init__(self):
        super().__init__()
        steps = list(zip(WIDTHS, WIDTHS[1:]))
        self.enter = nn.Conv2d(PLANES, WIDTHS[0], 1)
        self.first = nn.Conv2d(WIDTHS[0], WIDTHS[0], 3, padding=1)
        self.down = nn.ModuleList(nn.Conv2d(fine, coarse, 3, 2, padding=1) for fine, coarse in steps)
        self.after = nn.ModuleList(nn.Conv2d(coarse, coarse, 3, padding=1) for _, coarse in steps)
        self.whole = nn.Conv2d(WIDTHS[-1], WIDTHS[-1], 1)
        self.turn = nn.Conv2d(WIDTHS[-1], WIDTHS[-1], 3, padding=1)
        self.up = nn.ModuleList(nn.Conv2d(coarse + fine, fine, 3, padding=1) for fine, coarse in reversed(steps))
        self.leave = nn.Conv2d(WIDTHS[0], 1, 1)

    def forward(self, planes):
        relu = functional.relu
        seen = [relu(self.first(relu(self.enter(planes))))]
        for down, after in zip(self.down, self.after):
            seen.append(relu(after(relu(down(seen[-1])))))
        # What the picture is like on the whole is told to every place.
        whole = relu(self.whole(seen[-1].mean((2, 3), keepdim=True)))
        values = relu(self.turn(seen[-1] + whole))
        for up, beside in zip(self.up, reversed(seen[:-1])):
            values = functional.interpolate(values, scale_factor=2, mode="nearest")
            values = relu(up(torch.cat([values, beside], 1)))
        return self.leave(values)[:, 0]


class Flat(nn.Module):
    """Takes and gives matrices of two dimensions: OpenCV.js makes no others."""

    def __init__(self, network):
        super().__init__()
        self.network = network

    def forward(self, planes):
        return self.network(planes.view(1, PLANES, SIDE, SIDE)).view(SIDE, SIDE)


def read(path):
    """(seed, level, look, cells) for every example; cells are planes by rows by columns, the truth last."""
    data = np.fromfile(path, dtype=np.uint16)
    at = 0
    while at < len(data):
        seed, level, look, columns, rows = (int(number) for number in data[at : at + 5])
        size = (PLANES + 1) * rows * columns
        cells = data[at + 5 : at + 5 + size].view(np.float16).reshape(PLANES + 1, rows, columns)
        yield seed, level, look, cells
        at += 5 + size


def whole(cells):
    planes = np.zeros((PLANES + 1, SIDE, SIDE), np.float32)
    planes[:, : cells.shape[1], : cells.shape[2]] = cells
    return planes


def changed(cells):
    """Mirrored, in other hues, lightness reversed: the same subject in another picture."""
    cells = cells.astype(np.float32)
    if random.random() < 0.5:
        cells = cells[..., ::-1].copy()
    angle = random.random() * 2 * math.pi
    red, yellow = cells[GREEN_RED].copy(), cells[BLUE_YELLOW].copy()
    cells[GREEN_RED] = math.cos(angle) * red - math.sin(angle) * yellow
    cells[BLUE_YELLOW] = math.sin(angle) * red + math.cos(angle) * yellow
    if random.random() < 0.3:
        cells[LIGHTNESS] *= -1
    return cells


def tensor(planes):
    return torch.from_numpy(planes[:, :PLANES]).contiguous(memory_format=torch.channels_last)


def loss_of(odds, truth, filled):
    """Cross entropy of the cells, and one less the overlap."""
    likely = torch.sigmoid(odds) * filled
    entropy = functional.binary_cross_entropy_with_logits(odds, truth, reduction="none") * filled
    both = (likely * truth).sum((1, 2))
    either = (likely + truth - likely * truth).sum((1, 2))
    return (entropy.sum((1, 2)) / filled.sum((1, 2)) + 1 - (both + 1) / (either + 1)).mean()


def overlap(network, examples):
    """The mean overlap of either look in the mix of levels, in words."""
    found = {}
    with torch.no_grad():
        for _, level, look, cells in examples:
            planes = whole(cells)
            ours = (network(tensor(planes[None]))[0].numpy() > 0) & (planes[FILLED] > 0)
            truth = planes[PLANES] > 0.5
            found.setdefault((look, level), []).append((ours & truth).sum() / max(1, (ours | truth).sum()))
    means = [sum(part * np.mean(found.get((look, level), [0])) for level, part in enumerate(MIX)) for look in (0, 1)]
    return f"whole {means[0]:.4f}, closer {means[1]:.4f}"


def main():
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("files", nargs="+", metavar="FILE")
    options.add_argument("--out", required=True)
    options.add_argument("--minutes", type=float, default=60)
    options.add_argument("--start", help="weights to go on from, as they are written beside the model")
    given = options.parse_args()
    torch.manual_seed(1)
    random.seed(1)
    examples = [example for path in given.files for example in read(path)]
    kept = [example for example in examples if example[0] % 9 == 4]
    learned = [example for example in examples if example[0] % 9 != 4]
    if not kept or not learned:
        options.error("give examples of nine seeds in a row or more: one of every nine is kept back")
    network = Network().to(memory_format=torch.channels_last)
    if given.start:
        network.load_state_dict(torch.load(given.start))
    optimizer = torch.optim.AdamW(network.parameters(), lr=RATE, weight_decay=1e-3)
    started, told, step = time.time(), 0, 0
    while (done := (time.time() - started) / (given.minutes * 60)) < 1:
        rate = RATE * min(1, step / 200 + 0.01) * 0.5 * (1 + math.cos(math.pi * done)) + 1e-5
        for group in optimizer.param_groups:
            group["lr"] = rate
        planes = np.stack([whole(changed(cells)) for *_, cells in random.choices(learned, k=BATCH)])
        network_input = tensor(planes)
        loss = loss_of(network(network_input), torch.from_numpy(planes[:, PLANES]), network_input[:, FILLED])
        optimizer.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(network.parameters(), 1)
        optimizer.step()
        step += 1
        if time.time() - started - told > EVERY:
            told = time.time() - started
            print(f"{told:.0f} s, {step} steps: kept back {overlap(network, kept)}", flush=True)
    print(f"{step} steps, {len(learned)} examples: kept back {overlap(network, kept)}")
    torch.save(network.state_dict(), given.out + ".pt")
    torch.onnx.export(
        Flat(network.eval()),
        (torch.zeros(PLANES, SIDE * SIDE),),
        given.out,
        input_names=["planes"],
        output_names=["odds"],
        opset_version=13,
        dynamo=False,
    )


main()
