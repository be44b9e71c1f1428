"""Writes article_f32.pb and article_f64.pb with TensorFlow (tensorflow-cpu 2.21): the program of the
article, with the gradient worked out on paper, as its graph. X, d and the learning rate mu, which
are constants in the article, are fed; so the files are small and serve any number of rows.

usage: export_article.py FOLDER
"""
import pathlib
import sys

import tensorflow as tf

v1 = tf.compat.v1
v1.disable_eager_execution()


def article(dtype):
    with v1.Graph().as_default() as graph:
        X = v1.placeholder(dtype, [None, 2], name="X")
        d = v1.placeholder(dtype, [None, 1], name="d")
        mu = v1.placeholder(dtype, [], name="mu")
        w = v1.Variable(tf.zeros([2, 1], dtype), use_resource=False, name="w")
        rows = tf.cast(tf.shape(X)[0], dtype, name="rows")
        e = tf.subtract(tf.matmul(X, w), d, name="e")
        tf.reduce_mean(tf.square(e), name="mse")
        gradient = tf.multiply(2 / rows, tf.matmul(tf.transpose(X), e), name="gradient")
        v1.assign(w, w - mu * gradient, name="train")
        v1.global_variables_initializer()
    return graph.as_graph_def()


folder = pathlib.Path(sys.argv[1])
for dtype, name in (tf.float32, "f32"), (tf.float64, "f64"):
    bytes_of_graph = article(dtype).SerializeToString(deterministic=True)
    (folder / f"article_{name}.pb").write_bytes(bytes_of_graph)
