"""Writes the node tests that PyPI's onnx makes up as folders of model.onnx, tol.json and
test_data_set_0/{input,output}_0.pb, as Debian's libonnx-testdata has them: generate.py FOLDER"""

import json
import pathlib
import sys
import warnings

warnings.filterwarnings("ignore")  # of casts that the cases are about

from onnx import TensorProto, numpy_helper  # noqa: E402
from onnx.backend.test.loader import load_node_model_tests  # noqa: E402


def to_bytes(value, info):
    """The message of a value of the type that the model says."""
    if isinstance(value, TensorProto):
        return value.SerializeToString()
    if info.type.HasField("sequence_type"):
        return numpy_helper.from_list(value, info.name).SerializeToString()
    if info.type.HasField("optional_type"):
        return numpy_helper.from_optional(value, info.name).SerializeToString()
    return numpy_helper.from_array(value, info.name).SerializeToString()


def write(case, root):
    folder = root / case.name
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "model.onnx").write_bytes(case.model.SerializeToString())
    (folder / "tol.json").write_text(json.dumps({"rtol": case.rtol, "atol": case.atol}))
    graph = case.model.graph
    for number, (inputs, outputs) in enumerate(case.data_sets):
        data = folder / f"test_data_set_{number}"
        data.mkdir(exist_ok=True)
        for kind, values, infos in ("input", inputs, graph.input), ("output", outputs, graph.output):
            for i, (value, info) in enumerate(zip(values, infos)):
                (data / f"{kind}_{i}.pb").write_bytes(to_bytes(value, info))


def main():
    cases = load_node_model_tests()
    for case in cases:
        write(case, pathlib.Path(sys.argv[1]))
    print(len(cases), "cases")


if __name__ == "__main__":
    main()
