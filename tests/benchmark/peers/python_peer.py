"""Pure Python, as in the article."""

import itertools

from article import EPOCHS, RATE, data, main, report


def as_written(name):
    X, d = data()
    x = X[:, 1].tolist()
    target = d[:, 0].tolist()
    rows = len(x)

    def train():
        w0 = w1 = 0.0
        for _ in itertools.repeat(None, EPOCHS):
            errors = [w0 + w1 * a - b for a, b in zip(x, target)]
            w0 -= RATE * 2 / rows * sum(errors)
            w1 -= RATE * 2 / rows * sum(e * a for e, a in zip(errors, x))
        return w0, w1

    report(name, train, rounds=1, warm_up=False)


main({"Python": as_written})
