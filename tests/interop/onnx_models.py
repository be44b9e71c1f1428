"""onnx_models.py <onnx_models> <folder>: what onnx and onnxruntime make of the models that deft writes."""

import pathlib
import subprocess
import sys

import numpy as np
import onnx
import onnxruntime

PROGRAM, FOLDER = sys.argv[1], pathlib.Path(sys.argv[2]) / "models"
SILENT = onnxruntime.SessionOptions()
SILENT.log_severity_level = 4


def problem_of(path):
    """Why a model is not right; nothing if it is."""
    model = onnx.load(path)
    about = {entry.key: entry.value for entry in model.metadata_props}
    try:
        onnx.checker.check_model(model, full_check=True)
    except Exception as error:
        return about, f"onnx: {error}"
    if about["onnxruntime lacks"]:
        return about, None
    tensors = np.load(path.with_suffix(".npz"))
    feeds = {entry.name: tensors[entry.name] for entry in model.graph.input}
    try:
        session = onnxruntime.InferenceSession(path, SILENT, providers=["CPUExecutionProvider"])
        values = session.run(None, feeds)
    except Exception as error:
        return about, f"onnxruntime: {error}"
    for output, value in zip(model.graph.output, values, strict=True):
        expected = tensors[output.name]
        if value.dtype != expected.dtype or value.shape != expected.shape:
            return about, f"{output.name} is {value.dtype}{value.shape}, not {expected.dtype}{expected.shape}"
        if expected.dtype.kind == "f":
            scale = max(1, np.max(np.abs(expected), initial=0, where=np.isfinite(expected)))
            with np.errstate(invalid="ignore"):
                near = np.isclose(value, expected, rtol=1e-6, atol=1e-6 * scale, equal_nan=True)
            if not near.all():
                at = np.unravel_index(np.argmin(near), near.shape)
                return about, f"{output.name}{at} is {value[at]!r}, not {expected[at]!r}"
        elif not np.array_equal(value, expected):
            return about, f"{output.name} is {value}, not {expected}"
    return about, None


def main():
    FOLDER.mkdir(parents=True, exist_ok=True)
    for old in FOLDER.iterdir():
        old.unlink()
    subprocess.run([PROGRAM, FOLDER], check=True)
    paths = sorted(FOLDER.glob("*.onnx"), key=lambda path: int(path.stem))
    assert paths
    problems = 0
    for path in paths:
        about, problem = problem_of(path)
        if problem:
            problems += 1
            print(f"{path.name}, {about['title']}: {problem}")
        elif about["onnxruntime lacks"]:
            print(f"{about['title']}: onnxruntime is not asked: {about['onnxruntime lacks']}")
    print(f"{len(paths)} models, {problems} problems")
    sys.exit(problems != 0)


main()
