"""The cost of a run does not depend on how many there are."""

import json
import subprocess
import sys

import pytest

from analysis.paths import ROOT

FEW, SOME, MANY = 20, 200, 400
MOST_MEMORY = 1.1
"""Memory of the parent with MANY runs over that with FEW; a plan or a result that is kept for each would be more."""
MOST_TIME = 1.5
"""Processor time of a run among MANY over that of one among SOME; a look at every earlier result would double it."""


def measure(size):
    command = [sys.executable, "-m", "tests.bench.sweep", "press", str(size)]
    return json.loads(subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout)


@pytest.mark.slow
def test_neither_memory_nor_time_for_a_run_grows_with_their_number():
    few, some, many = map(measure, (FEW, SOME, MANY))
    assert many["parent_mb"] / few["parent_mb"] < MOST_MEMORY
    early = (some["parent_cpu_s"] - few["parent_cpu_s"]) / (SOME - FEW)
    late = (many["parent_cpu_s"] - some["parent_cpu_s"]) / (MANY - SOME)
    assert late / early < MOST_TIME
