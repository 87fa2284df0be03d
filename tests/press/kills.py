"""Random kills of a sweep: ``python -m tests.press.kills --kills 200 --seed 1``.

Each kill starts a small sweep, waits for a random moment and sends a random signal to a random
process of it: the command, what kernels are forked from, a kernel, or the one that cleans up. The
command must end without a traceback, nothing of it may go on, and the same command must then end
whole and leave neither a temporary file nor a half-written one. Two in a row take some 8 s.
"""

from __future__ import annotations

import argparse
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from random import Random

import psutil
import pyarrow.parquet as parquet

PATIENCE = 150.0
"""Seconds for a command that takes four on an idle machine."""
RUNS = 3
CELL = """\
import json, os, pathlib, time
time.sleep(0.1)
with open(pathlib.Path(os.environ['BALLAST_RUN_DIR']) / 'measured.jsonl', 'a') as file:
    print(json.dumps({'square': n * n}), file=file)
print('x' * 1_000_000)"""
LONGEST_WAIT = 5.0
STARTS_WITH_DEFAULTS = -signal.SIGINT
"""Status where a signal comes before Python has its handlers."""


def build(folder: Path) -> Path:
    """The notebook that is swept."""
    cells = [
        {"cell_type": "code", "metadata": {"tags": tags}, "source": text, "id": f"c{place}"}
        | {"outputs": [], "execution_count": None}
        for place, (text, tags) in enumerate([("n = 0  # a number", ["parameters"]), (CELL, [])])
    ]
    path = folder / "a.ipynb"
    content = {"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
    path.write_text(json.dumps(content))
    return path


class Sweep:
    """One command, in a session of its own, with its own folder for temporary files."""

    def __init__(self, root: Path, notebook: Path, first: int) -> None:
        self.root, self.temporary = root, root / "tmp"
        self.temporary.mkdir(exist_ok=True)
        numbers = ",".join(str(number) for number in range(first, first + RUNS))
        command = [sys.executable, "-c", "from analysis.cli import main; main()", "sweep"]
        command += [str(notebook), "--over", f"n={numbers}", "--time-limit", "60"]
        command += ["--output", str(root / "out"), "--cache", str(root / "cache")]
        environment = os.environ | {"TMPDIR": str(self.temporary), "MINE": str(root)}
        self.process = subprocess.Popen(
            command,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            errors="replace",
            start_new_session=True,
        )

    def family(self) -> list[psutil.Process]:
        """Processes of this command, also those whose parent is gone."""
        alive = []
        for process in psutil.process_iter():
            try:
                mine = process.environ().get("MINE") == str(self.root)
                if mine and process.status() != psutil.STATUS_ZOMBIE:
                    alive.append(process)
            except psutil.Error:
                continue
        return alive

    def end(self) -> tuple[int, str]:
        """Status and what was said on stderr."""
        _, said = self.process.communicate(timeout=PATIENCE)
        deadline = time.monotonic() + PATIENCE
        while (left := self.family()) and time.monotonic() < deadline:
            time.sleep(0.1)
        assert not left, f"still at work: {left}"
        return self.process.returncode, said


def kill_once(random: Random, root: Path, first: int) -> str:
    """One kill and what came of it, in a line; AssertionError where anything is wrong."""
    notebook = build(root)
    sweep = Sweep(root, notebook, first)
    time.sleep(random.uniform(0.0, LONGEST_WAIT))
    family = sorted(sweep.family(), key=lambda process: process.pid)
    victim = random.choice(family) if family and random.random() < 0.6 else None
    is_main = victim is None or victim.pid == sweep.process.pid
    signals = [signal.SIGKILL, signal.SIGINT, signal.SIGTERM] if is_main else [signal.SIGKILL]
    sent = random.choice(signals)
    try:
        os.kill(victim.pid if victim else sweep.process.pid, sent)
    except ProcessLookupError:
        sent = 0
    status, said = sweep.end()
    in_time = status not in (0, 1)
    allowed = {0, 130, -sent, STARTS_WITH_DEFAULTS} if is_main else {0, 1}
    assert status in allowed, (status, sent, said)
    early = status in (STARTS_WITH_DEFAULTS, -signal.SIGTERM)
    assert early or "Traceback" not in said, said
    again, said_again = Sweep(root, notebook, first).end()
    assert again == 0, said_again
    assert "Traceback" not in said_again, said_again
    rows = parquet.read_table(root / "out/results.parquet").to_pylist()
    assert sorted(row["square"] for row in rows) == [n * n for n in range(first, first + RUNS)]
    left = [path for path in root.rglob("*") if path.name.endswith(".tmp")]
    left += list((root / "tmp").iterdir())
    assert not left, left
    who = "the command" if is_main else victim.pid if victim else ""
    return f"signal {int(sent)} to {who}: status {status}{' (stopped)' if in_time else ''}"


def main(kills: int, seed: int) -> int:
    """Number of kills after which something was wrong."""
    random, faults = Random(seed), 0
    with tempfile.TemporaryDirectory() as name:
        for number in range(kills):
            try:
                print(number, kill_once(random, Path(name), number * RUNS), flush=True)
            except Exception as error:
                faults += 1
                print(f"{number} WRONG {type(error).__name__}: {error}", flush=True)
    print(f"{kills} kills with seed {seed}, {faults} with a fault")
    return faults


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    sys.exit(main(given.kills, given.seed) > 0)
