"""Run every benchmark beside its peer and print ratios: `make bench`, or `python -m tests.bench NAME`."""

from __future__ import annotations

import sys
from importlib import import_module
from pathlib import Path

from tqdm import tqdm

NAMES = sorted(path.stem for path in Path(__file__).parent.glob("*.py") if not path.stem.startswith("_"))


def main(chosen: list[str]) -> None:
    """Run the benchmarks named, or all."""
    unknown = sorted(set(chosen) - set(NAMES))
    if unknown:
        sys.exit(f"there is no benchmark {unknown}; there are {', '.join(NAMES)}")
    for name in tqdm(chosen or NAMES, unit="benchmark", disable=not sys.stderr.isatty()):
        print(name, import_module(f"tests.bench.{name}").run().to_string(index=False), sep="\n", flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
