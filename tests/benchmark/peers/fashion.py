"""The task of examples/fashion/model.cpp, which names its numbers too: a network on Fashion-MNIST.

The network is the first argument, mlp or cnn. PEER_DATA is the folder of the pictures, of which
PEER_PICTURES are taken; PEER_ROUNDS epochs are timed, after one that is not.
"""

import gzip
import os
import pathlib
import sys

import numpy as np

import peer

NETWORK = sys.argv[1]
FOLDER = os.environ.get("PEER_DATA") or "/usr/share/datasets/fashion-mnist"
PICTURES = int(os.environ.get("PEER_PICTURES") or 60_000)
ROUNDS = int(os.environ.get("PEER_ROUNDS") or 3)

BATCH = 128
BATCHES = PICTURES // BATCH  # of an epoch; what is left of the pictures is dropped
PIXEL_MEAN, PIXEL_DEVIATION = 72.94, 90.02
PEAK_RATE = {"mlp": 2e-3, "cnn": 3e-3}[NETWORK]
UPDATES = (1 + ROUNDS) * BATCHES
WARM_UP = UPDATES // 20  # updates in which the rate rises to its peak; it falls along a cosine
WEIGHT_DECAY = 0.02
EPSILON = 1e-8


def data():
    """Pixels u8 [n, 28, 28] and labels u8 [n]."""
    def read(kind, header):
        path = pathlib.Path(FOLDER, f"train-{kind}-ubyte.gz")
        return np.frombuffer(gzip.decompress(path.read_bytes()), np.uint8, offset=header)

    return read("images-idx3", 16).reshape(-1, 28, 28)[:PICTURES], read("labels-idx1", 8)[:PICTURES]


def report(name, epoch):
    """Reports `epoch`, which gives the mean loss over its batches."""
    peer.report(name, lambda: float(epoch()), lambda loss: {"loss": loss}, ROUNDS)
