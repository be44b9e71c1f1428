"""JAX with optax: a compiled step with batches from NumPy, and its best formulation."""

import sys
from functools import partial

from peer import limit_xla, main

limit_xla()

import jax
import jax.numpy as jnp
import numpy as np
import optax

from fashion import (BATCH, BATCHES, EPSILON, NETWORK, PEAK_RATE, PICTURES, PIXEL_DEVIATION,
                     PIXEL_MEAN, UPDATES, WARM_UP, WEIGHT_DECAY, data, report)

he_normal = jax.nn.initializers.he_normal()
glorot_uniform = jax.nn.initializers.glorot_uniform()


def initial_parameters(key):
    shapes = {"mlp": [(784, 256), (256, 128), (128, 100), (100, 10)],
              "cnn": [(3, 3, 1, 32), (3, 3, 32, 64), (3136, 10)]}[NETWORK]
    initializers = [he_normal] * len(shapes)
    if NETWORK == "cnn":
        initializers[-1] = glorot_uniform
    keys = jax.random.split(key, len(shapes))
    return [(initialize(key, shape), jnp.zeros(shape[-1]))
            for initialize, key, shape in zip(initializers, keys, shapes)]


def dense(x, layer):
    weight, bias = layer
    return x @ weight + bias


def conv(x, layer):
    weight, bias = layer
    return bias + jax.lax.conv_general_dilated(x, weight, (1, 1), "SAME",
                                               dimension_numbers=("NHWC", "HWIO", "NHWC"))


def conv_by_columns(x, layer):
    """Windows of 3x3 as the rows of a matrix."""
    weight, bias = layer
    n, height, width, channels = x.shape
    padded = jnp.pad(x, ((0, 0), (1, 1), (1, 1), (0, 0)))
    windows = jnp.concatenate([padded[:, i:i + height, j:j + width]
                               for i in range(3) for j in range(3)], axis=-1)
    return windows @ weight.reshape(9 * channels, -1) + bias


def pooled(x):
    return jax.lax.reduce_window(x, -jnp.inf, jax.lax.max, (1, 2, 2, 1), (1, 2, 2, 1), "VALID")


def pooled_by_halves(x):
    rows = jnp.maximum(x[:, ::2], x[:, 1::2])
    return jnp.maximum(rows[:, :, ::2], rows[:, :, 1::2])


def dropped(x, rate, key):
    return jnp.where(jax.random.bernoulli(key, 1 - rate, x.shape), x / (1 - rate), 0)


def mlp(parameters, x, keys):
    first, second, third, last = parameters
    h = x.reshape(-1, 784)
    h = dropped(jax.nn.relu(dense(h, first)), 0.3, keys[0])
    h = dropped(jax.nn.relu(dense(h, second)), 0.2, keys[1])
    return dense(jax.nn.relu(dense(h, third)), last)


def cnn(parameters, x, keys, first_conv, pool):
    first, second, last = parameters
    h = pool(jax.nn.relu(first_conv(x[..., None], first)))
    h = pool(jax.nn.relu(conv(dropped(h, 0.1, keys[0]), second)))
    return dense(dropped(h.reshape(-1, 3136), 0.4, keys[1]), last)


class Training:
    """Parameters, what AdamW keeps of them, and the function of a step."""

    def __init__(self, network):
        schedule = optax.warmup_cosine_decay_schedule(0, PEAK_RATE, WARM_UP, UPDATES)
        optimizer = optax.adamw(schedule, eps=EPSILON, weight_decay=WEIGHT_DECAY)
        parameters = initial_parameters(jax.random.key(1))
        self.state = parameters, optimizer.init(parameters)

        def loss(parameters, pixels, labels, key):
            x = (pixels.astype(jnp.float32) - PIXEL_MEAN) / PIXEL_DEVIATION
            logits = network(parameters, x, jax.random.split(key))
            return optax.softmax_cross_entropy_with_integer_labels(logits, labels).mean()

        def step(state, pixels, labels, key):
            parameters, kept = state
            value, gradients = jax.value_and_grad(loss)(parameters, pixels, labels, key)
            updates, kept = optimizer.update(gradients, kept, parameters)
            return (optax.apply_updates(parameters, updates), kept), value

        self.step = step


def by_steps(name, network):
    pixels, labels = data()
    training = Training(network)
    step = jax.jit(training.step, donate_argnums=0)
    rng = np.random.default_rng(1)
    key = jax.random.key(2)

    def epoch():
        nonlocal key
        losses = []
        for rows in rng.permutation(PICTURES)[:BATCHES * BATCH].reshape(BATCHES, BATCH):
            key, of_step = jax.random.split(key)
            training.state, loss = step(training.state, pixels[rows], labels[rows], of_step)
            losses.append(loss)
        return jnp.stack(losses).mean()

    report(name, epoch)


def by_epochs(name, network):
    """A loop that is compiled; in it XLA's convolutions take many times as long."""
    pixels, labels = map(jnp.asarray, data())
    training = Training(network)
    key = jax.random.key(2)

    def run(state, key):
        order, dropout = jax.random.split(key)
        rows = jax.random.permutation(order, PICTURES)[:BATCHES * BATCH].reshape(BATCHES, BATCH)

        def step(state, inputs):
            rows, key = inputs
            return training.step(state, pixels[rows], labels[rows], key)

        state, losses = jax.lax.scan(step, state, (rows, jax.random.split(dropout, BATCHES)))
        return state, losses.mean()

    run = jax.jit(run, donate_argnums=0)

    def epoch():
        nonlocal key
        key, of_epoch = jax.random.split(key)
        training.state, loss = run(training.state, of_epoch)
        return loss

    report(name, epoch)


def as_written(name):
    by_steps(name, mlp if NETWORK == "mlp" else partial(cnn, first_conv=conv, pool=pooled))


def at_its_best(name):
    if NETWORK == "mlp":
        by_epochs(name, mlp)
    else:
        by_steps(name, partial(cnn, first_conv=conv_by_columns, pool=pooled_by_halves))


main({"JAX": as_written, "JAX at its best": at_its_best}, *sys.argv[2:3])
