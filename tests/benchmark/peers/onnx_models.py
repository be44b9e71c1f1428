"""onnx_models.py <folder>: writes the networks that the tables of inference run, onnx_mlp.onnx and onnx_cnn.onnx."""

import pathlib
import sys

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

FOLDER = pathlib.Path(sys.argv[1])


class Network:
    """Nodes that follow upon each other, from the input x on."""

    def __init__(self, shape):
        self.shape, self.nodes, self.weights, self.last = shape, [], [], "x"
        self.generator = np.random.default_rng(0)

    def add(self, op, *weight_shapes, **attributes):
        names = []
        for shape in weight_shapes:
            names.append(f"weight_{len(self.weights)}")
            spread = np.sqrt(2 / max(1, np.prod(shape[1:])))
            values = (self.generator.standard_normal(shape) * spread).astype(np.float32)
            self.weights.append(numpy_helper.from_array(values, names[-1]))
        output = f"{op}_{len(self.nodes)}"
        self.nodes.append(helper.make_node(op, [self.last, *names], [output], **attributes))
        self.last = output

    def save(self, name):
        info = helper.make_tensor_value_info
        graph = helper.make_graph(self.nodes, name, [info("x", TensorProto.FLOAT, ["batch", *self.shape])],
                                  [info(self.last, TensorProto.FLOAT, ["batch", 10])], self.weights)
        model = helper.make_model(graph, ir_version=8, opset_imports=[helper.make_opsetid("", 17)])
        onnx.save(model, FOLDER / f"{name}.onnx")


def main():
    mlp = Network([784])
    for inputs, units in (784, 256), (256, 128), (128, 10):
        mlp.add("Gemm", (inputs, units), (units,))
        if units != 10:
            mlp.add("Relu")
    mlp.save("onnx_mlp")

    cnn = Network([1, 28, 28])  # of examples/fashion
    for inputs, channels in (1, 32), (32, 64):
        cnn.add("Conv", (channels, inputs, 3, 3), (channels,), pads=[1, 1, 1, 1])
        cnn.add("Relu")
        cnn.add("MaxPool", kernel_shape=[2, 2], strides=[2, 2])
    cnn.add("Flatten")
    cnn.add("Gemm", (3136, 10), (10,))
    cnn.save("onnx_cnn")


main()
