"""Dr.Jit on LLVM, by columns: it has no matrix product."""

import drjit as dr
from drjit.llvm import Float

from article import EPOCHS, RATE, data, main, report
from peer import threads


def by_columns(name):
    X, d = data()
    dr.set_thread_count(threads() - 1)  # beside the caller
    x, target = Float(X[:, 1].copy()), Float(d[:, 0].copy())
    step = 2 * RATE / len(X)

    def train():
        w0, w1 = dr.opaque(Float, 0), dr.opaque(Float, 0)
        for _ in range(EPOCHS):
            e = w0 + w1 * x - target
            g0, g1 = dr.sum(e), dr.sum(e * x)
            w0, w1 = w0 - step * g0, w1 - step * g1
            dr.eval(w0, w1)
        dr.sync_thread()
        return w0[0], w1[0]

    report(name, train)


main({"Dr.Jit by columns": by_columns})
