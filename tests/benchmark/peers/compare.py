"""Runs the peers, in turn with deft, and prints the table: compare.py <folder of C++ programs>."""

import json
import os
import pathlib
import statistics
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
SCRIPTS = ["numpy_peer.py", "jax_peer.py", "tensorflow_peer.py", "casadi_peer.py",
           "drjit_peer.py", "python_peer.py"]
PROGRAMS = ["eigen_peer", "libtorch_peer"]


def is_amd():
    return "AuthenticAMD" in pathlib.Path("/proc/cpuinfo").read_text()


def environment(threads):
    settings = {name: str(threads) for name in ("PEER_THREADS", "OMP_NUM_THREADS",
                                                "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")}
    if is_amd():  # whose recent cores Debian's OpenBLAS does not know
        settings["OPENBLAS_CORETYPE"] = "SkylakeX"
    return {**os.environ, **settings}


def run(command, threads):
    """The lines that a peer printed, and why there are none."""
    cpus = sorted(os.sched_getaffinity(0))[:threads]
    try:
        done = subprocess.run(command, env=environment(threads), capture_output=True, text=True,
                              timeout=600, cwd=HERE,
                              preexec_fn=lambda: os.sched_setaffinity(0, cpus))
    except (OSError, subprocess.TimeoutExpired) as error:
        return [], str(error)
    lines = [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]
    if lines:
        return lines, ""
    reason = (done.stderr.strip().splitlines() or ["it printed nothing"])[-1]
    return [], "not installed" if "ModuleNotFoundError" in reason else reason


def milliseconds(line):
    return 1e3 * statistics.median(line["seconds"])


def row(name, threads, time, ratio, note=""):
    print(f"{name:28} {threads:>7} {time:>12} {ratio:>10}  {note}".rstrip(), flush=True)


def compare(command, threads, deft_command):
    deft = milliseconds(run(deft_command, threads)[0][0])
    lines, reason = run(command, threads)
    deft = (deft + milliseconds(run(deft_command, threads)[0][0])) / 2
    if not lines:
        row(pathlib.Path(command[-1]).stem, threads, "-", "-", reason)
    for line in lines:
        time = milliseconds(line)
        row(line["peer"], threads, f"{time:.1f}", f"{time / deft:.1f}",
            "" if line["right"] else "wrong weights")


def main():
    programs = pathlib.Path(sys.argv[1])
    deft_command = [programs / "deft_peer"]
    row("peer", "threads", "ms", "deft = 1")
    for threads in (1, 2):
        for line in run(deft_command, threads)[0]:
            row(line["peer"], threads, f"{milliseconds(line):.1f}", "")
        commands = [[programs / name] for name in PROGRAMS]
        commands += [[sys.executable, HERE / script] for script in SCRIPTS
                     if threads == 1 or script != "python_peer.py"]
        for command in commands:
            compare([str(part) for part in command], threads, deft_command)


main()
