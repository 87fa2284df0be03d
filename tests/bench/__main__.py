"""Run every benchmark beside its peer and report ratios: `make bench`, or `python -m tests.bench
NAME`.

Prints a table for each, and leaves ratios.csv and ratios.png in build/bench. Seconds are of this
machine and this moment; only the ratios are meant to be compared.
"""

import sys
from importlib import import_module
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from tqdm import tqdm

from analysis.figures.canvas import canvas
from analysis.figures.style import INK, POINT, SECOND
from analysis.paths import BUILD

NAMES = sorted(
    path.stem for path in Path(__file__).parent.glob("*.py") if not path.stem.startswith("_")
)
TARGET = BUILD / "bench"


def main(chosen: list[str]) -> None:
    """Run the benchmarks named, or all."""
    unknown = sorted(set(chosen) - set(NAMES))
    if unknown:
        sys.exit(f"there is no benchmark {unknown}; there are {', '.join(NAMES)}")
    tables = []
    for name in tqdm(chosen or NAMES, unit="benchmark", disable=not sys.stderr.isatty()):
        table = import_module(f"tests.bench.{name}").run()
        print(name, table.to_string(index=False), sep="\n", flush=True)
        tables.append(table.assign(benchmark=name))
    everything = pd.concat(tables, ignore_index=True)
    TARGET.mkdir(parents=True, exist_ok=True)
    everything.to_csv(TARGET / "ratios.csv", index=False)
    if everything.ratio.notna().any():
        plot_ratios(everything)
    print(f"To see: {TARGET / 'ratios.png'}")


def plot_ratios(table: pd.DataFrame) -> None:
    """How many times faster than its peer each task was, on a logarithmic scale."""
    peers = table[table.ratio.notna()]
    ax = canvas(
        "Times faster than the peer in the same run",
        unit="Ratio, logarithmic scale; 1 is the same",
        source="make bench",
        alt="Bars of how many times faster than its peer each task was.",
        height=1.8 + 0.35 * len(peers),
    )
    places = np.arange(len(peers))[::-1]
    colours = [POINT if ratio >= 1 else SECOND for ratio in peers.ratio]
    ax.barh(places, peers.ratio - 1, left=1, color=colours, height=0.6)
    for place, row in zip(places, peers.itertuples(), strict=True):
        said = f" {row.ratio:.1f} x {row.peer}"
        ax.text(row.ratio, place, said, va="center", color=INK, fontsize=8)
    ax.set_xscale("log")
    ax.set_yticks(places, list(peers.task), fontsize=8)
    ax.figure.subplots_adjust(left=0.36, right=0.8)
    ax.figure.savefig(TARGET / "ratios.png")
    plt.close("all")


if __name__ == "__main__":
    main(sys.argv[1:])
