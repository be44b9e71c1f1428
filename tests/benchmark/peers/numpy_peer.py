"""NumPy: as in the article, and by columns into buffers of its own."""

import numpy as np

from article import EPOCHS, RATE, data, main, report


def as_written(name):
    X, d = data()

    def train():
        w = np.zeros((2, 1), np.float32)
        for _ in range(EPOCHS):
            e = X @ w - d
            w = w - np.float32(RATE * 2 / len(X)) * (X.T @ e)
        return w[:, 0]

    report(name, train)


def by_columns(name):
    X, d = data()
    x, target = np.ascontiguousarray(X[:, 1]), d[:, 0].copy()
    e = np.empty_like(x)
    step = np.float32(RATE * 2 / len(x))

    def train():
        w0 = w1 = np.float32(0)
        for _ in range(EPOCHS):
            np.multiply(x, w1, out=e)
            np.add(e, w0, out=e)
            np.subtract(e, target, out=e)
            w0, w1 = w0 - step * e.sum(), w1 - step * (x @ e)
        return w0, w1

    report(name, train)


main({"NumPy": as_written, "NumPy by columns": by_columns})
