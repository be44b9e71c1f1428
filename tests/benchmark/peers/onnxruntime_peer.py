"""onnxruntime: a model of ONNX for one example, as one calls it and with its buffers bound beforehand.

onnxruntime_peer.py <model.onnx>
"""

import sys

import numpy as np
import onnxruntime

from peer import main, report, threads

CALLS = 200  # of a round

options = onnxruntime.SessionOptions()
options.intra_op_num_threads = options.inter_op_num_threads = threads()
session = onnxruntime.InferenceSession(sys.argv[1], options, providers=["CPUExecutionProvider"])
shape = [1, *session.get_inputs()[0].shape[1:]]
x = (np.arange(np.prod(shape)) % 97 / 48.5 - 1).astype(np.float32).reshape(shape)


def report_calls(name, calls, call, result):
    def round():
        for _ in range(calls):
            call()
        return result()

    report(name, round, lambda y: {"loss": float(np.mean(np.abs(y)))}, rounds=15)


def as_called(name):
    call = lambda: session.run(None, {"x": x})
    report_calls(name, CALLS - 1, call, lambda: call()[0])


def bound(name):
    binding = session.io_binding()
    binding.bind_cpu_input("x", x)
    binding.bind_output(session.get_outputs()[0].name)
    report_calls(name, CALLS, lambda: session.run_with_iobinding(binding),
                 lambda: binding.copy_outputs_to_cpu()[0])


main({"onnxruntime": as_called, "onnxruntime, buffers bound": bound})
