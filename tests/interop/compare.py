"""compare.py <convert> <folder>: files of NumPy and safetensors read by deft, and the other way round."""

import gzip
import itertools
import pathlib
import shutil
import struct
import subprocess
import sys
import zipfile

import ml_dtypes
import numpy as np
import safetensors
import safetensors.numpy

CONVERT, FOLDER = sys.argv[1], pathlib.Path(sys.argv[2])
DTYPES = ["bool", "uint8", "int8", "int16", "uint16", "int32", "uint32", "int64", "uint64",
          "float16", "float32", "float64"]
SHAPES = [(), (0,), (1,), (7,), (2, 3), (3, 0, 2), (4, 3, 5), (2, 1, 3, 1, 2, 1, 2, 2)]
random = np.random.default_rng(1)
checks = 0


def convert(source, target):
    target = FOLDER / target
    subprocess.run([CONVERT, FOLDER / source, target], check=True)
    return target


def array(dtype, shape):
    """Any bits of the type, NaN included."""
    if dtype == "bool":
        return random.integers(0, 2, shape).astype(bool).reshape(shape)
    bits = random.bytes(int(np.prod(shape)) * np.dtype(dtype).itemsize)
    return np.frombuffer(bits, dtype).reshape(shape)


def same(got, expected):
    global checks
    checks += 1
    native = expected.astype(expected.dtype.newbyteorder("="))
    assert got.dtype == native.dtype and got.shape == native.shape, (got.dtype, native.dtype, got.shape, native.shape)
    assert np.ascontiguousarray(got).tobytes() == np.ascontiguousarray(native).tobytes()


def npy():
    for dtype, shape in itertools.product(DTYPES, SHAPES):
        for order, byteorder in itertools.product("CF", "<>"):
            a = np.asarray(array(dtype, shape), np.dtype(dtype).newbyteorder(byteorder), order)
            np.save(FOLDER / "a.npy", a)
            same(np.load(convert("a.npy", "b.npy")), a)
            plain = order == "C" and byteorder == "<"
            if plain:
                assert (FOLDER / "a.npy").read_bytes() == (FOLDER / "b.npy").read_bytes()


def npz():
    arrays = {f"{dtype}/{len(shape)}": array(dtype, shape) for dtype in DTYPES for shape in SHAPES[:4]}
    arrays["имя"] = np.zeros((1000, 100), "f4")
    for save in np.savez, np.savez_compressed:
        save(FOLDER / "a.npz", **arrays)
        for target in "b.npz", "b.compressed.npz":
            path = convert("a.npz", target)
            with np.load(path) as result:
                assert list(result) == list(arrays)
                for name in arrays:
                    same(result[name], arrays[name])
            assert zipfile.ZipFile(path).testzip() is None
            if shutil.which("unzip"):
                subprocess.run(["unzip", "-tqq", path], check=True)


def safe():
    arrays = {f"{dtype}.{i}": array(dtype, shape) for dtype in DTYPES for i, shape in enumerate(SHAPES)}
    arrays["ключ \"\\\n"] = array("float32", (3,))
    np.savez(FOLDER / "a.npz", **arrays)
    result = safetensors.numpy.load_file(convert("a.npz", "b.safetensors"))
    assert set(result) == set(arrays)
    for name in arrays:
        same(result[name], arrays[name])
    with safetensors.safe_open(FOLDER / "b.safetensors", "np") as file:
        assert file.metadata() == {"by": "déft", '"': "\n\\"}

    safetensors.numpy.save_file(arrays, FOLDER / "a.safetensors", {"a": "b"})
    with np.load(convert("a.safetensors", "b.npz")) as back:
        for name in arrays:
            same(back[name], arrays[name])

    # But for the metadata the bytes are the same.
    arrays["bf16"] = array("uint16", (5, 2)).view(ml_dtypes.bfloat16)
    safetensors.numpy.save_file(arrays, FOLDER / "a.safetensors", {"by": "Python"})
    ours, theirs = (without_metadata(convert("a.safetensors", "b.safetensors")),
                    without_metadata(FOLDER / "a.safetensors"))
    assert ours == theirs


def without_metadata(path):
    content = path.read_bytes()
    begin = 8 + int.from_bytes(content[:8], "little")
    return content[8:begin].rstrip().split(b"},", 1)[1], content[begin:]


def idx():
    for code, dtype in {8: "u1", 9: "i1", 11: ">i2", 12: ">i4", 13: ">f4", 14: ">f8"}.items():
        a = array(dtype, (3, 4, 5))
        content = struct.pack(">HBB3I", 0, code, 3, *a.shape) + a.tobytes()
        (FOLDER / "a.idx").write_bytes(content)
        (FOLDER / "z.idx").write_bytes(gzip.compress(content))
        same(np.load(convert("a.idx", "b.npy")), a)
        same(np.load(convert("z.idx", "b.npy")), a)


def csv():
    a = np.concatenate([array("float64", (200, 3)), random.normal(size=(200, 3))])
    for text in {"delimiter": ","}, {"delimiter": ";"}, {"delimiter": "\t", "newline": "\r\n"}:
        np.savetxt(FOLDER / "a.csv", a, fmt="%.17g", header="x,y,z".replace(",", text["delimiter"]),
                   comments="", **text)
        got = np.load(convert("a.csv", "b.npy"))
        global checks
        checks += 1
        assert np.array_equal(got, a, equal_nan=True)


for check in npy, npz, safe, idx, csv:
    check()
print(f"{checks} arrays are the same")
