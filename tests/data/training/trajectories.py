#!/usr/bin/env python3
"""Makes trajectories.npz: where optimizers of PyTorch and Optax are after some of 200 steps, in f64.

Needs torch and optax. deft's tests read the result; see tests/ops/optim/trajectories_test.cpp, which has
the same problems and the same options.
"""
import math
import os

import jax

jax.config.update("jax_enable_x64", True)

import jax.numpy as jnp
import numpy as np
import optax
import torch

SHOWN = [1, 2, 3, 10, 50, 100, 200]


def quadratic(x):
    a = np.array([[4, 1, 0, 0.5], [1, 3, -1, 0], [0, -1, 2, 0.25], [0.5, 0, 0.25, 1]])
    return a @ x - np.array([1, -2, 0.5, 3])


def rosenbrock(x):
    return np.array([-2 * (1 - x[0]) - 400 * x[0] * (x[1] - x[0] ** 2), 200 * (x[1] - x[0] ** 2)])


# 12 rows of 3 features, and whether each belongs to the class
FEATURES = np.array([[math.sin(1.0 + 3 * i + 7 * j) for j in range(3)] for i in range(12)])
LABELS = np.array([1.0 if (5 * i) % 7 > 3 else 0.0 for i in range(12)])


def logistic(x):
    z = FEATURES @ x[:3] + x[3]
    return np.append(FEATURES.T @ (1 / (1 + np.exp(-z)) - LABELS), np.sum(1 / (1 + np.exp(-z)) - LABELS)) / 12


PROBLEMS = {
    "quadratic": (quadratic, [1.0, -1.0, 0.5, 2.0]),
    "rosenbrock": (rosenbrock, [-1.2, 1.0]),
    "logistic": (logistic, [0.1, -0.2, 0.3, 0.0]),
}


def by_torch(make, gradient, start, accumulate=1):
    """Updates by the mean of as many gradients as are accumulated."""
    x = torch.tensor(start, dtype=torch.float64, requires_grad=True)
    optimizer = make([x])
    path = []
    total = 0
    for step in range(1, 201):
        total = total + gradient(np.array(x.tolist())) / accumulate
        if step % accumulate == 0:
            x.grad = torch.tensor(total.tolist(), dtype=torch.float64)
            optimizer.step()
            total = 0
        if step in SHOWN:
            path.append(x.tolist())
    return np.array(path)


def by_optax(transform, gradient, start):
    x = jnp.array(start)
    state = transform.init(x)
    update = jax.jit(transform.update)
    path = []
    for step in range(1, 201):
        updates, state = update(jnp.array(gradient(np.array(x))), state, x)
        x = optax.apply_updates(x, updates)
        if step in SHOWN:
            path.append(np.array(x))
    return np.array(path)


def adam_of_keras(gradient, start):
    """The form of epsilon that TensorFlow and Keras have."""
    x, m, v, path = np.array(start), 0.0, 0.0, []
    for step in range(1, 201):
        g = gradient(x)
        m = 0.9 * m + 0.1 * g
        v = 0.999 * v + 0.001 * g * g
        x = x - 0.02 * math.sqrt(1 - 0.999**step) / (1 - 0.9**step) * m / (np.sqrt(v) + 1e-4)
        if step in SHOWN:
            path.append(x)
    return np.array(path)


T = torch.optim
RATE = 1e-3  # at which plain descent of Rosenbrock's function converges
TORCH = {
    "sgd": lambda p: T.SGD(p, lr=RATE),
    "sgd_momentum": lambda p: T.SGD(p, lr=RATE, momentum=0.9),
    "sgd_nesterov": lambda p: T.SGD(p, lr=RATE, momentum=0.9, nesterov=True),
    "sgd_l2": lambda p: T.SGD(p, lr=RATE, momentum=0.5, weight_decay=0.1),
    "adagrad": lambda p: T.Adagrad(p, lr=0.1),
    "adagrad_initial": lambda p: T.Adagrad(p, lr=0.1, eps=1e-3, initial_accumulator_value=0.1, weight_decay=0.1),
    "rms_prop": lambda p: T.RMSprop(p, lr=0.01),
    "rms_prop_centered": lambda p: T.RMSprop(p, lr=0.01, alpha=0.9, eps=1e-4, centered=True, momentum=0.5),
    "rms_prop_l2": lambda p: T.RMSprop(p, lr=0.01, weight_decay=0.1, momentum=0.9),
    "adam": lambda p: T.Adam(p, lr=0.02),
    "adam_options": lambda p: T.Adam(p, lr=0.02, betas=(0.8, 0.99), eps=1e-3, weight_decay=0.1),
    "adam_amsgrad": lambda p: T.Adam(p, lr=0.02, betas=(0.9, 0.99), amsgrad=True),
    "adamw": lambda p: T.AdamW(p, lr=0.02, weight_decay=0),
}
def exact(schedule):
    """Optax counts in int32, of which its schedules make f32."""
    return lambda count: schedule(jnp.asarray(count, jnp.float64))


OPTAX = {
    "adamw_decay": optax.adamw(0.02, weight_decay=0.1),
    "lion": optax.lion(0.01, b1=0.9, b2=0.99, weight_decay=0.1),
    "sgd_exponential": optax.sgd(exact(optax.exponential_decay(RATE, 50, 0.5))),
    "sgd_staircase": optax.sgd(exact(optax.exponential_decay(RATE, 30, 0.5, staircase=True))),
    "sgd_polynomial": optax.sgd(exact(optax.polynomial_schedule(RATE, RATE / 10, 2, 150))),
    "sgd_cosine": optax.sgd(exact(optax.warmup_cosine_decay_schedule(0, RATE, 20, 150, RATE / 100))),
    "sgd_piecewise": optax.sgd(exact(optax.piecewise_constant_schedule(RATE, {20: 0.5, 100: 0.2}))),
    "sgd_joined": optax.sgd(
        exact(
            optax.join_schedules(
                [optax.linear_schedule(0, RATE, 10), optax.exponential_decay(RATE, 20, 0.9)], [10]
            )
        )
    ),
    "adam_clip_norm": optax.chain(optax.clip_by_global_norm(0.5), optax.adam(0.002)),
    "sgd_clip_value": optax.chain(optax.clip(0.3), optax.sgd(0.001, momentum=0.9)),
}

made = {}
for name, (gradient, start) in PROBLEMS.items():
    for case, make in TORCH.items():
        made[f"{case}.{name}"] = by_torch(make, gradient, start)
    for case, transform in OPTAX.items():
        made[f"{case}.{name}"] = by_optax(transform, gradient, start)
    made[f"adam_accumulate.{name}"] = by_torch(TORCH["adam"], gradient, start, accumulate=4)
    made[f"adam_hat.{name}"] = adam_of_keras(gradient, start)
np.savez(os.path.join(os.path.dirname(os.path.abspath(__file__)), "trajectories.npz"), **made)
print(len(made), "trajectories")
