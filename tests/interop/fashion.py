"""fashion.py <fashion> <folder>: onnxruntime judges what the example `fashion` exports as the example does."""

import gzip
import json
import pathlib
import struct
import subprocess
import sys

import numpy as np
import onnxruntime

PROGRAM, FOLDER = sys.argv[1], pathlib.Path(sys.argv[2])
COUNTS = {"train": 512, "t10k": 300}


def write_idx(path, array):
    header = struct.pack(">HBB", 0, 8, array.ndim) + struct.pack(f">{array.ndim}I", *array.shape)
    with gzip.open(path, "wb") as file:
        file.write(header + array.tobytes())


def make_pictures(generator, count):
    """Noise, brighter in the columns that belong to the class: hard enough for mistakes."""
    labels = generator.integers(0, 10, count).astype(np.uint8)
    pixels = generator.integers(0, 160, (count, 28, 28))
    for picture, label in zip(pixels, labels):
        picture[:, 2 * label + 3 : 2 * label + 5] += 12
    return pixels.astype(np.uint8), labels


def main():
    generator = np.random.default_rng(1)
    for part, count in COUNTS.items():
        pixels, labels = make_pictures(generator, count)
        write_idx(FOLDER / f"{part}-images-idx3-ubyte.gz", pixels)
        write_idx(FOLDER / f"{part}-labels-idx1-ubyte.gz", labels)
    for kind in "mlp", "cnn":
        model = FOLDER / f"{kind}.onnx"
        command = [PROGRAM, "--model", kind, "--epochs", "2", "--data", FOLDER, "--export", model, "--json"]
        report = json.loads(subprocess.run(command, check=True, capture_output=True).stdout)
        session = onnxruntime.InferenceSession(model, providers=["CPUExecutionProvider"])
        logits = session.run(["logits"], {"pixels": pixels})[0]
        accuracy = float(np.mean(logits.argmax(axis=1) == labels))
        print(f"{kind}: deft {report['test_accuracy']}, onnxruntime {accuracy}")
        assert 0.1 < accuracy < 1 and abs(accuracy - report["test_accuracy"]) < 1e-12


if __name__ == "__main__":
    main()
