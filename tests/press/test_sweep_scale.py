"""What a sweep keeps does not grow with its runs; what a run costs in time, ``make bench
BENCH=sweep`` measures."""

import json
import subprocess
import sys

import pytest

from analysis.paths import ROOT

FEW, MANY = 20, 400
MOST_MEMORY = 1.1
"""Memory of the parent with MANY runs over that with FEW; a plan or a result that is kept for each
would be more."""


def measure(size):
    command = [sys.executable, "-m", "tests.bench.sweep", "press", str(size)]
    return json.loads(
        subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout
    )


@pytest.mark.slow
def test_memory_does_not_grow_with_the_number_of_runs():
    few, many = map(measure, (FEW, MANY))
    assert many["parent_mb"] / few["parent_mb"] < MOST_MEMORY
