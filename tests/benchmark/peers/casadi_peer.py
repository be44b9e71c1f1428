"""CasADi: MX with fold, as written and by columns."""

import casadi

from article import EPOCHS, RATE, data, main, report


def train_with(name, error, columns):
    w = casadi.MX.sym("w", 2)
    e = error(w)
    mse = casadi.sumsqr(e) / columns
    step = casadi.Function("step", [w], [w - RATE * casadi.gradient(mse, w)])
    run = step.fold(EPOCHS)
    report(name, lambda: run(casadi.DM.zeros(2)).full()[:, 0])


def as_written(name):
    X, d = data()
    train_with(name, lambda w: casadi.DM(X.astype(float)) @ w - casadi.DM(d.astype(float)), len(X))


def by_columns(name):
    X, d = data()
    x, target = casadi.DM(X[:, 1].astype(float)), casadi.DM(d.astype(float))
    train_with(name, lambda w: w[0] + w[1] * x - target, len(X))


main({"CasADi": as_written, "CasADi by columns": by_columns})
