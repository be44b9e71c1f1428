"""The article's task, which every peer solves: 10,000 rows of 3 + 2x + noise, 10,000 epochs."""

import sys

import peer

EPOCHS = 10_000
RATE = 1e-3
EXPECTED = (2.9598, 2.0329)  # the article's weights, near enough for f32


def data():
    """X [10000, 2] and d [10000, 1] in f32, as the article makes them."""
    import numpy as np

    np.random.seed(444)
    x = np.linspace(0, 2, 10_000)
    d = 3 + 2 * x + 0.1 * np.random.randn(x.size)
    X = np.column_stack([np.ones_like(x), x]).astype(np.float32)
    return X, d.reshape(-1, 1).astype(np.float32)


def check(w):
    return {"w": w, "right": all(abs(a - b) < 0.02 for a, b in zip(w, EXPECTED))}


def report(name, train, **options):
    """Reports `train`, which gives w."""
    peer.report(name, lambda: [float(value) for value in train()], check, **options)


def main(formulations):
    """Runs the formulations, functions by name, or the one named on the command line."""
    peer.main(formulations, *sys.argv[1:2])
