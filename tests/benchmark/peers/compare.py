"""Runs the peers, in turn with deft, and prints a table for each task.

compare.py <folder of C++ programs and models> [article|mlp|cnn|onnx_mlp|onnx_cnn]...
"""

import dataclasses
import json
import math
import os
import pathlib
import statistics
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent


@dataclasses.dataclass
class Table:
    title: str
    time: callable  # makes of seconds what the table shows
    deft: list  # deft's own side, and its peers: commands
    peers: list
    bar: float = 0  # how many times as long as deft a peer should take at least


def tables(programs):
    def commands(names, *arguments):
        return [[str(programs / name), *arguments] if name.endswith("_peer") else
                [sys.executable, str(HERE / name), *arguments] for name in names]

    def fashion(network, bar):
        peers = commands(["fashion_libtorch_peer", "fashion_jax_peer.py"], network)
        for backend in ("tensorflow", "jax"):
            peers += commands(["fashion_keras_peer.py"], network, backend)
        return Table(f"Fashion-MNIST, {network} of examples/fashion: s of an epoch",
                     "{:.2f}".format, *commands(["fashion_deft_peer"], network), peers, bar)

    def inference(model, bar):
        path = str(programs / f"{model}.onnx")
        return Table(f"{model}.onnx for one picture: us of a call",
                     lambda seconds: f"{5e3 * seconds:.1f}",  # of 200 calls
                     *commands(["onnx_deft_peer"], path), commands(["onnxruntime_peer.py"], path), bar)

    return {
        "article": Table("The article's regression: ms of a training",
                         lambda seconds: f"{1e3 * seconds:.1f}", *commands(["deft_peer"]),
                         commands(["eigen_peer", "libtorch_peer", "numpy_peer.py", "jax_peer.py",
                                   "tensorflow_peer.py", "casadi_peer.py", "drjit_peer.py",
                                   "python_peer.py"])),
        "mlp": fashion("mlp", 1.5),
        "cnn": fashion("cnn", 1.15),
        "onnx_mlp": inference("onnx_mlp", 1 / 0.7),
        "onnx_cnn": inference("onnx_cnn", 1 / 1.1),
    }


def needs_other_blas():
    """If Debian's OpenBLAS does not know the processor: a recent one of AMD with AVX-512."""
    cpu = pathlib.Path("/proc/cpuinfo").read_text()
    return "AuthenticAMD" in cpu and "avx512f" in cpu


def environment(threads):
    settings = {name: str(threads) for name in ("PEER_THREADS", "OMP_NUM_THREADS",
                                                "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")}
    if needs_other_blas():
        settings["OPENBLAS_CORETYPE"] = "SkylakeX"
    return {**os.environ, **settings}


def run(command, threads):
    """The lines that a peer printed, or none and why it failed."""
    cpus = sorted(os.sched_getaffinity(0))[:threads]
    try:
        done = subprocess.run(command, env=environment(threads), capture_output=True, text=True,
                              timeout=3600, cwd=HERE,
                              preexec_fn=lambda: os.sched_setaffinity(0, cpus))
    except (OSError, subprocess.TimeoutExpired) as error:
        return [], str(error)
    if done.returncode == 0:
        lines = [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]
        return lines, "" if lines else "printed no results"
    last = (done.stderr.strip().splitlines() or [""])[-1]
    if "ModuleNotFoundError" in last:
        return [], "not installed"
    return [], f"failed with exit status {done.returncode}" + (f": {last}" if last else "")


def is_sound(line):
    """Whether all figures are numbers: those that are not are null, or NaN."""
    figures = [*line["seconds"], *line.get("w", []), line.get("loss", 0)]
    return all(figure is not None and math.isfinite(figure) for figure in figures)


def row(name, threads, time, ratio, bar="", note=""):
    print(f"{name:32} {threads:>7} {time:>10} {ratio:>9} {bar:>7}  {note}".rstrip(), flush=True)


def remark(line, deft):
    """What to say of a peer's result, which should be near deft's."""
    if "loss" not in line:
        return "" if line["right"] else "wrong weights"
    is_near = abs(line["loss"] / deft["loss"] - 1) < 0.1
    return f"loss {line['loss']:.3f}" + ("" if is_near else f", deft's is {deft['loss']:.3f}")


def compare(table, threads):
    def median(line):
        return statistics.median(line["seconds"])

    def failed(command, reason):
        program, *arguments = command[1:] if command[0] == sys.executable else command
        name = " ".join([pathlib.Path(program).stem, *arguments])
        row(name, threads, "-", "-", "", reason)

    def no_number(line):
        row(line["peer"], threads, "-", "-", "", "failed: a figure is no number")

    def run_deft():
        """Its lines; none if it fails, which is told."""
        lines, reason = run(table.deft, threads)
        if reason:
            failed(table.deft, reason)
        for line in lines:
            if not is_sound(line):
                no_number(line)
        return lines if all(map(is_sound, lines)) else []

    before = run_deft()
    for line in before:
        row(line["peer"], threads, table.time(median(line)), "", "", remark(line, before[0]))
    if not before:
        return
    for command in table.peers:
        if threads > 1 and command[-1].endswith("python_peer.py"):
            continue
        lines, reason = run(command, threads)
        after = run_deft()
        if not after:
            return
        deft = (median(before[0]) + median(after[0])) / 2
        for line in lines:
            if not is_sound(line):
                no_number(line)
                continue
            ratio = median(line) / deft
            bar = f"{table.bar:.3g}" if table.bar else ""
            note = remark(line, before[0]) + (", missed" if ratio < table.bar else "")
            row(line["peer"], threads, table.time(median(line)), f"{ratio:.2f}", bar, note)
        if reason:
            failed(command, reason)
        before = after


def main():
    known = tables(pathlib.Path(sys.argv[1]))
    for name in sys.argv[2:] or known:
        print(f"\n{known[name].title}")
        row("peer", "threads", "time", "deft = 1", "bar")
        for threads in (1, 2):
            compare(known[name], threads)


main()
