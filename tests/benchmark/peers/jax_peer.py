"""JAX: jit over fori_loop, as written and by columns."""

from peer import limit_xla

limit_xla()

import jax
import jax.numpy as jnp

from article import EPOCHS, RATE, data, main, report


def as_written(name):
    X, d = map(jnp.asarray, data())
    gradient = jax.grad(lambda w: jnp.mean((X @ w - d) ** 2))

    @jax.jit
    def run(w):
        return jax.lax.fori_loop(0, EPOCHS, lambda _, w: w - RATE * gradient(w), w)

    report(name, lambda: run(jnp.zeros((2, 1), jnp.float32)).block_until_ready()[:, 0])


def by_columns(name):
    X, d = data()
    x, target = jnp.asarray(X[:, 1]), jnp.asarray(d[:, 0])

    @jax.jit
    def run(w):
        def step(_, w):
            e = w[0] + w[1] * x - target
            return w - (2 * RATE / x.size) * jnp.stack([e.sum(), (e * x).sum()])

        return jax.lax.fori_loop(0, EPOCHS, step, w)

    report(name, lambda: run(jnp.zeros(2, jnp.float32)).block_until_ready())


main({"JAX": as_written, "JAX by columns": by_columns})
