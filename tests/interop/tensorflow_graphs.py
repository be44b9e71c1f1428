"""tensorflow_graphs.py <tensorflow_graphs> <folder>: TensorFlow goes on with trainings that deft has restored and
written, and comes to the weights that it once came to by itself."""

import pathlib
import subprocess
import sys

import numpy as np
import tensorflow

tf = tensorflow.compat.v1
tf.disable_eager_execution()

PROGRAM, FOLDER = sys.argv[1], pathlib.Path(sys.argv[2])
DATA = pathlib.Path(__file__).parent.parent / "data" / "tensorflow"


def trained(name, feeds, steps, weights):
    """The weights after so many steps."""
    message = tf.GraphDef.FromString((FOLDER / f"{name}.pb").read_bytes())
    graph = tf.Graph()
    with graph.as_default():
        tf.import_graph_def(message, name="")
    variables = [node.name for node in message.node if node.op == "VarHandleOp"]
    with tf.Session(graph=graph) as session:
        session.run([f"{variable}/Assign" for variable in variables])
        for _ in range(steps):
            session.run("train", feeds)
        return session.run({weight: f"{weight}/read:0" for weight in weights})


def main():
    subprocess.run([PROGRAM, DATA, FOLDER], check=True)
    recorded = np.load(DATA / "linreg_ref.npz")
    assert np.array_equal(trained("linreg_ref", {}, 50, ["w"])["w"], recorded["w100"])
    print("linreg_ref: the same bits")
    for name in "mlp_adam", "mlp_adagrad":
        recorded = np.load(DATA / f"{name}.npz")
        weights = [key.removeprefix("var50:") for key in recorded.files if key.startswith("var50:")]
        found = trained(name, {"x:0": recorded["x"], "labels:0": recorded["labels"]}, 25, weights)
        worst = max(np.max(np.abs(found[weight] - recorded[f"var50:{weight}"])) for weight in weights)
        print(f"{name}: {len(weights)} variables within {worst:.1e}")
        assert worst < 2e-6


if __name__ == "__main__":
    main()
