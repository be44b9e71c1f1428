"""What all peers share: their threads, the clock, and a line of JSON for each formulation."""

import json
import os
import time


def threads():
    return int(os.environ.get("PEER_THREADS", "1"))


def limit_xla():
    """Keeps XLA from making threads of its own, if there is to be one; before it is imported."""
    if threads() == 1:
        flags = os.environ.get("XLA_FLAGS", "")
        os.environ["XLA_FLAGS"] = flags + " --xla_cpu_multi_thread_eigen=false"


def limit_tensorflow(tf):
    tf.config.threading.set_intra_op_parallelism_threads(threads())
    tf.config.threading.set_inter_op_parallelism_threads(threads())


def report(name, train, describe, rounds=3, warm_up=True):
    """Prints the seconds of each round of `train`, and what `describe` makes of its result."""
    if warm_up:
        train()
    seconds = []
    for _ in range(rounds):
        start = time.perf_counter()
        result = train()
        seconds.append(time.perf_counter() - start)
    print(json.dumps({"peer": name, "seconds": seconds, **describe(result)}), flush=True)


def main(formulations, chosen=None):
    """Runs the formulations, functions by name, or the one that is chosen."""
    for name, make in formulations.items():
        if chosen in (None, name):
            make(name)
