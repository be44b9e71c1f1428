"""TensorFlow: the article's Session.run in a loop, a tf.function loop, and that compiled by XLA."""

import os

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import tensorflow as tf

from article import EPOCHS, RATE, data, main, report
from peer import limit_tensorflow, threads

limit_tensorflow(tf)


def session(name):
    v1 = tf.compat.v1
    X, d = data()
    graph = tf.Graph()
    with graph.as_default():
        w = v1.get_variable("w", shape=(2, 1), initializer=v1.zeros_initializer())
        mse = v1.losses.mean_squared_error(tf.constant(d), tf.constant(X) @ w)
        step = v1.train.GradientDescentOptimizer(RATE).minimize(mse)
        start = v1.global_variables_initializer()
    config = v1.ConfigProto(intra_op_parallelism_threads=threads(),
                            inter_op_parallelism_threads=threads())
    with v1.Session(graph=graph, config=config) as run:
        def train():
            run.run(start)
            for _ in range(EPOCHS):
                run.run(step)
            return run.run(w)[:, 0]

        report(name, train)


def loop(name, xla):
    X, d = map(tf.constant, data())

    @tf.function(jit_compile=xla)
    def run(w):
        for _ in tf.range(EPOCHS):
            with tf.GradientTape() as tape:
                tape.watch(w)
                mse = tf.reduce_mean((X @ w - d) ** 2)
            w = w - RATE * tape.gradient(mse, w)
        return w

    report(name, lambda: run(tf.zeros((2, 1)))[:, 0].numpy())


main({
    "TensorFlow session": session,
    "TensorFlow function": lambda name: loop(name, xla=False),
    "TensorFlow XLA": lambda name: loop(name, xla=True),
})
