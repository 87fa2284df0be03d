"""Tell a person, on stderr, how a batch is getting on."""

from __future__ import annotations

import sys
from types import TracebackType
from typing import Any

from analysis.press.batch import Outcome


class Progress:
    """One line per finished notebook and, at a terminal, a bar below them."""

    def __init__(self) -> None:
        self._bar: Any = None

    def __enter__(self) -> Progress:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._bar is not None:
            self._bar.close()

    def __call__(self, outcome: Outcome, total: int) -> None:
        """Report one outcome of a batch of ``total``."""
        if outcome.status == "failed":
            line = f"{outcome.name}  FAILED {outcome.error}"
        elif outcome.status == "unchanged":
            line = f"{outcome.name}  unchanged"
        else:
            line = f"{outcome.name}  {outcome.seconds:.1f} s"
        if not sys.stderr.isatty():
            print(line, file=sys.stderr, flush=True)
            return
        if self._bar is None:
            from tqdm import tqdm

            self._bar = tqdm(total=total, unit="notebook", leave=False, dynamic_ncols=True)
        self._bar.write(line, file=sys.stderr)
        self._bar.update()
