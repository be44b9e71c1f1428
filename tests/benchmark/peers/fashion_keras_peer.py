"""Keras: model.fit over tf.data, as one writes it and in its best formulation.

The second argument is the backend, tensorflow or jax.
"""

import os
import sys

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ["KERAS_BACKEND"] = BACKEND = sys.argv[2]

from peer import limit_tensorflow, limit_xla, main

limit_xla()

import tensorflow as tf

limit_tensorflow(tf)

import keras
from keras import layers

from fashion import (BATCH, BATCHES, EPSILON, NETWORK, PEAK_RATE, PICTURES, PIXEL_DEVIATION,
                     PIXEL_MEAN, UPDATES, WARM_UP, WEIGHT_DECAY, data, report)


def network():
    def dense(units):
        return layers.Dense(units, activation="relu", kernel_initializer="he_normal")

    def conv(channels):
        return layers.Conv2D(channels, 3, padding="same", activation="relu",
                             kernel_initializer="he_normal")

    inputs = [layers.Input((28, 28, 1), dtype="uint8"),
              layers.Rescaling(1 / PIXEL_DEVIATION, -PIXEL_MEAN / PIXEL_DEVIATION)]
    if NETWORK == "mlp":
        return keras.Sequential(inputs + [
            layers.Flatten(), dense(256), layers.Dropout(0.3), dense(128), layers.Dropout(0.2),
            dense(100), layers.Dense(10, kernel_initializer="he_normal")])
    return keras.Sequential(inputs + [
        conv(32), layers.MaxPooling2D(), layers.Dropout(0.1), conv(64), layers.MaxPooling2D(),
        layers.Flatten(), layers.Dropout(0.4), layers.Dense(10)])


def train_with(name, batches, **compilation):
    # Each time that fit returns it waits for the thread that tunes tf.data: for up to as long again.
    options = tf.data.Options()
    options.autotune.enabled = False
    batches = batches.with_options(options)

    rate = keras.optimizers.schedules.CosineDecay(0.0, UPDATES - WARM_UP, warmup_target=PEAK_RATE,
                                                  warmup_steps=WARM_UP)
    model = network()
    model.compile(keras.optimizers.AdamW(rate, weight_decay=WEIGHT_DECAY, epsilon=EPSILON),
                  keras.losses.SparseCategoricalCrossentropy(from_logits=True), **compilation)
    report(name, lambda: model.fit(batches, verbose=0).history["loss"][0])


def as_written(name):
    pixels, labels = data()
    rows = tf.data.Dataset.from_tensor_slices((pixels[..., None], labels))
    train_with(name, rows.shuffle(PICTURES).batch(BATCH, drop_remainder=True).prefetch(2))


def at_its_best(name):
    """Batches are gathered at once; a call of the backend runs an epoch."""
    pixels, labels = map(tf.constant, data())
    rows = tf.data.Dataset.range(PICTURES).shuffle(PICTURES).batch(BATCH, drop_remainder=True)
    batches = rows.map(lambda row: (tf.gather(pixels, row)[..., None], tf.gather(labels, row)))
    train_with(name, batches.prefetch(2), steps_per_execution=BATCHES)


backend = {"tensorflow": "TensorFlow", "jax": "JAX"}[BACKEND]
main({f"Keras on {backend}": as_written, f"Keras on {backend} at its best": at_its_best})
