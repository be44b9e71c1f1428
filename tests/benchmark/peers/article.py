"""The article's task, which every peer solves: 10,000 rows of 3 + 2x + noise, 10,000 epochs."""

import json
import os
import sys
import time

EPOCHS = 10_000
RATE = 1e-3
EXPECTED = (2.9598, 2.0329)  # the article's weights, near enough for f32


def threads():
    return int(os.environ.get("PEER_THREADS", "1"))


def data():
    """X [10000, 2] and d [10000, 1] in f32, as the article makes them."""
    import numpy as np

    np.random.seed(444)
    x = np.linspace(0, 2, 10_000)
    d = 3 + 2 * x + 0.1 * np.random.randn(x.size)
    X = np.column_stack([np.ones_like(x), x]).astype(np.float32)
    return X, d.reshape(-1, 1).astype(np.float32)


def report(name, train, rounds=3, warm_up=True):
    """Prints one line of JSON: the seconds of each round of `train`, which gives w."""
    if warm_up:
        train()
    seconds = []
    for _ in range(rounds):
        start = time.perf_counter()
        w = [float(value) for value in train()]
        seconds.append(time.perf_counter() - start)
    right = all(abs(a - b) < 0.02 for a, b in zip(w, EXPECTED))
    print(json.dumps({"peer": name, "seconds": seconds, "w": w, "right": right}), flush=True)


def main(formulations):
    """Runs the formulations, functions by name, or the one named on the command line."""
    for name, make in formulations.items():
        if len(sys.argv) < 2 or sys.argv[1] == name:
            make(name)
