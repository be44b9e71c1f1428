"""event_files.py <event_files> <folder>: what TensorBoard shows of the event files that deft writes."""

import contextlib
import json
import pathlib
import re
import shutil
import struct
import subprocess
import sys
import threading
import time
import urllib.parse
import urllib.request
import zlib

from google.protobuf import text_format
from tensorboard.compat.proto import graph_pb2

PROGRAM, FOLDER = sys.argv[1], pathlib.Path(sys.argv[2]) / "events"
LOADERS = {"Python": ["--load_fast=false"], "default": []}
RATES = {"first": 0.1, "second": 0.01}
SCALARS = {"train/loss", "train/accuracy", "odd", "layer/w/non_finite"}
checks = 0


def check(got, expected):
    global checks
    checks += 1
    assert got == expected, (got, expected)


@contextlib.contextmanager
def tensorboard(logdir, options):
    """A function that asks a TensorBoard on a free port."""
    command = [sys.executable, "-m", "tensorboard.main", "--logdir", logdir, "--port", "0", *options]
    server = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)
    try:
        url = None
        lines = []
        while url is None:
            line = server.stderr.readline()
            lines.append(line)
            assert line, "".join(lines)
            url = re.search(r"http://\S+", line)
        # A full pipe would stop the server.
        threading.Thread(target=server.stderr.read, daemon=True).start()

        def ask(path, **arguments):
            address = f"{url[0]}data/plugin/{path}?{urllib.parse.urlencode(arguments)}"
            with urllib.request.urlopen(address, timeout=20) as answer:
                content = answer.read()
                return json.loads(content) if "json" in answer.headers["Content-Type"] else content

        yield ask
    finally:
        server.terminate()
        server.wait()


def wait_until_loaded(ask):
    for _ in range(200):
        loaded = ask("scalars/tags")
        if set(loaded) == set(RATES) and all("odd" in tags for tags in loaded.values()):
            loss = [ask("scalars/scalars", run=run, tag="train/loss")[-1][1] for run in RATES]
            if loss == [100, 100] and "notes" in ask("text/tags").get("second", []):
                return
        time.sleep(0.1)
    raise AssertionError(loaded)


def f32(number):
    return struct.unpack("f", struct.pack("f", number))[0]


def scalars(ask, run):
    check(set(ask("scalars/tags")[run]), SCALARS)
    rate = RATES[run]
    loss = [(step, value) for _, step, value in ask("scalars/scalars", run=run, tag="train/loss")]
    check(loss, [(i, f32(rate / (i + 1))) for i in range(100)] + [(100, f32(rate))])
    assert abs(ask("scalars/scalars", run=run, tag="train/loss")[0][0] - time.time()) < 3600
    check([point[1:] for point in ask("scalars/scalars", run=run, tag="odd")],
          [[-1, "NaN"], [2**31 - 1, "Infinity"]])
    check([point[1:] for point in ask("scalars/scalars", run=run, tag="layer/w/non_finite")], [[7, 1]])


def histograms(ask, run):
    check(set(ask("histograms/tags")[run]), {"layer/w", "layer/zero", "layer/none"})
    [[_, step, buckets]] = ask("histograms/histograms", run=run, tag="layer/w")
    check(step, 7)
    check(sum(count for _, _, count in buckets), 1002)
    expected = [34 if i < 10 else 33 for i in range(30)]
    expected[0] += 1
    expected[-1] += 1
    check([count for _, _, count in buckets], expected)
    assert all(abs(left - i) < 1e-5 and abs(right - i - 1) < 1e-5
               for i, (left, right, _) in enumerate(buckets))
    check(ask("histograms/histograms", run=run, tag="layer/zero")[0][1:], [7, [[0, 0, 5]]])
    check(ask("histograms/histograms", run=run, tag="layer/none")[0][1:], [7, []])


def graph(ask, run):
    drawn = graph_pb2.GraphDef()
    text_format.Parse(ask("graphs/graph", run=run).decode(), drawn)
    nodes = {node.name: node for node in drawn.node}
    assert {"x", "layer/w", "layer/y"} < set(nodes), set(nodes)
    check(list(nodes["layer/y"].input), ["x", "layer/w"])
    check(nodes["layer/y"].op, "matmul")
    shape = nodes["layer/y"].attr["_output_shapes"].list.shape[0]
    check([dim.size for dim in shape.dim], [-1, 2])
    check(nodes["x"].attr["dtype"].type, 1)
    assert any("^layer/w" in node.input for node in drawn.node)
    check(ask("graphs/info")[run]["run_graph"], True)


def text(ask, run):
    [note] = ask("text/text", run=run, tag="notes")
    check((note["step"], note["text"]), (3, "<p>some <em>d\u00e9ft</em> text</p>"))


def rows(png):
    """The rows of a PNG without filters."""
    content, at = b"", 8
    while at < len(png):
        size, kind = struct.unpack_from(">I4s", png, at)
        content += png[at + 8:at + 8 + size] if kind == b"IDAT" else b""
        at += size + 12
    return zlib.decompress(content)


def images(ask, run):
    pictures = {"gray": (5, 9, 0), "batch/0": (4 * 4, 3, 0), "batch/1": (4 * 4, 3, 4 * 4 * 3)}
    check(set(ask("images/tags")[run]), set(pictures))
    for tag, (row_bytes, height, first) in pictures.items():
        [image] = ask("images/images", run=run, tag=tag)
        check(image["step"], 1)
        png = ask("images/individualImage", **dict(urllib.parse.parse_qsl(image["query"])))
        begins = [first + row * row_bytes for row in range(height)]
        check(rows(png), b"".join(b"\0" + bytes(range(i, i + row_bytes)) for i in begins))


def hparams(ask, chosen):
    experiment = ask("hparams/experiment", request="{}")
    check({info["name"]: info["type"] for info in experiment["hparamInfos"]},
          {"rate": "DATA_TYPE_FLOAT64", "layers": "DATA_TYPE_FLOAT64", "model": "DATA_TYPE_STRING",
           "nesterov": "DATA_TYPE_BOOL"})
    check({info["name"]["tag"] for info in experiment["metricInfos"]},
          {"train/loss"} if chosen else SCALARS)
    table = {"allowedStatuses": ["STATUS_UNKNOWN", "STATUS_RUNNING"], "sliceSize": 10,
             "colParams": [{"metric": {"tag": "train/loss"}}]}
    groups = ask("hparams/session_groups", request=json.dumps(table))["sessionGroups"]
    check({pathlib.Path(group["name"]).name for group in groups}, set(RATES))
    for group in groups:
        run = pathlib.Path(group["name"]).name
        check([session["name"] for session in group["sessions"]], [run])
        check(group["hparams"],
              {"rate": RATES[run], "layers": 2, "model": "mlp", "nesterov": run == "first"})
        losses = [metric["value"] for metric in group["metricValues"]
                  if metric["name"]["tag"] == "train/loss"]
        check(losses, [f32(RATES[run])])


shutil.rmtree(FOLDER, ignore_errors=True)
subprocess.run([PROGRAM, FOLDER], check=True)
for logdir, (loader, options) in zip(["all", "chosen"], LOADERS.items()):
    with tensorboard(FOLDER / logdir, options) as ask:
        wait_until_loaded(ask)
        for run in RATES:
            for part in scalars, histograms, graph, text, images:
                part(ask, run)
        hparams(ask, logdir == "chosen")
print(f"{checks} answers of TensorBoard are as expected")
