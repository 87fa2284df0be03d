"""Every verdict as data, to hold a change against: `python -m tests.claims.golden` writes it."""

import json
from pathlib import Path
from typing import Any

from analysis.claims import Verdict, ledger, standing, verdict_on

GOLDEN = Path(__file__).with_name("golden.json")


def as_data(verdict: Verdict) -> dict[str, Any]:
    """A verdict's words and numbers, nothing left out; numbers to ten significant digits."""
    ends = verdict.interval
    return {
        "label": verdict.label,
        "value": _rounded(verdict.value),
        "unit": verdict.unit,
        "measured": verdict.measured,
        "interval": None if ends is None else [_rounded(end) for end in ends],
        "sources": list(verdict.sources),
        "caveats": list(verdict.caveats),
        "flip": verdict.flip,
        "turns": list(verdict.turns),
        "readings": [
            [r.name, r.kind, r.measured, r.label, r.independent] for r in verdict.readings
        ],
    }


def _rounded(value: float | None) -> float | None:
    return None if value is None else float(f"{value:.10g}")


def whole_ledger() -> dict[str, Any]:
    """Every claim by id: its verdict as data, or the label of a claim that is not tested."""
    return {
        name: {"label": standing(this)} if this.cannot_test else as_data(verdict_on(name))
        for name, this in ledger().items()
    }


if __name__ == "__main__":
    text = json.dumps(whole_ledger(), indent=1, ensure_ascii=False)
    GOLDEN.write_text(text + "\n", encoding="utf-8")
