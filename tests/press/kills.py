"""Random kills of a sweep: ``python -m tests.press.kills --kills 200 --seed 1``.

Each kill starts a small sweep, waits for a random moment and sends a random signal to a random
process of it: the command, what kernels are forked from, a kernel, or the one that cleans up. The
command must end without a traceback, nothing of it may go on, and the same command must then end
whole and leave neither a temporary file nor a half-written one. Two in a row take some 8 s.
"""

import argparse
import os
import signal
import sys
import tempfile
import time
from pathlib import Path
from random import Random

import pyarrow.parquet as parquet

from tests.press.command import PYTHON_STARTS, Command
from tests.press.conftest import build

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


def sweep(root: Path, first: int) -> Command:
    """Start the sweep of a few numbers; temporary files of all kills share a folder."""
    notebook = build(root, "a", [CELL], "n = 0  # a number")
    numbers = ",".join(str(number) for number in range(first, first + RUNS))
    (root / "tmp").mkdir(exist_ok=True)
    words = (notebook, "--over", f"n={numbers}", "--time-limit", 60)
    return Command(root, "sweep", *words, temporary=root / "tmp")


def kill_once(random: Random, root: Path, first: int) -> str:
    """One kill and what came of it, in a line; AssertionError where anything is wrong."""
    command = sweep(root, first)
    time.sleep(random.uniform(0.0, LONGEST_WAIT))
    family = sorted(command.family(), key=lambda process: process.pid)
    victim = random.choice(family).pid if family and random.random() < 0.6 else command.process.pid
    is_main = victim == command.process.pid
    sent = random.choice([signal.SIGKILL, signal.SIGINT, signal.SIGTERM][: 3 if is_main else 1])
    try:
        os.kill(victim, sent)
    except ProcessLookupError:
        sent = 0
    status, _, said = command.end()
    allowed = {0, 130, -sent, STARTS_WITH_DEFAULTS} if is_main else {0, 1}
    is_early = status in (STARTS_WITH_DEFAULTS, -signal.SIGTERM) or PYTHON_STARTS in said
    assert status in allowed or PYTHON_STARTS in said, (status, sent, said)
    assert is_early or "Traceback" not in said, said
    processes = [left for left in command.leftovers() if not isinstance(left, Path)]
    assert not processes, f"still at work: {processes}"
    again = sweep(root, first)
    status_again, _, said = again.end()
    assert status_again == 0, said
    assert "Traceback" not in said, said
    rows = parquet.read_table(root / "out/results.parquet").to_pylist()
    assert sorted(row["square"] for row in rows) == [n * n for n in range(first, first + RUNS)]
    left = again.leftovers()
    assert not left, left
    return f"signal {int(sent)} to {'the command' if is_main else victim}: status {status}"


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
