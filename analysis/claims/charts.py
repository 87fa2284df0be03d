"""What the ledger says is to be drawn beside a finding, with the figures that stand for its names.

An entry's ``chart`` has a unit, a format for numbers, and either bars or a line::

    chart:
      unit: Share of the other in each one's trade
      bars: {China in Russia's trade: china_pct, Russia in China's trade: russia_pct}
      format: "{:.0f} %"

``bars`` are words with the name of a figure each, or the name of one figure that holds a series by
words; ``mark`` is a bar's words and figure for a line across the bars. ``line`` names a figure that
holds a series by year, and ``points`` the years to be marked on it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

import pandas as pd

from analysis.claims.ledger import Claim
from analysis.claims.measured import Evidence, Figures, measured
from analysis.errors import DataFileError


class Chart(NamedTuple):
    """What is drawn beside a finding.

    Attributes
    ----------
    unit, format : str
        What is shown, and how a number is written.
    bars : dict of str to float
        Length of each bar by its words; the first is the point. Empty where there is a line.
    mark : dict of str to float
        Words and place of a line across the bars; mostly empty.
    line : Series of float by year
        Empty where there are bars.
    points : tuple of int
        Years marked on the line.
    """

    unit: str
    format: str
    bars: dict[str, float]
    mark: dict[str, float]
    line: pd.Series
    points: tuple[int, ...]

    @property
    def described(self) -> str:
        """The chart in words, for those who cannot see it."""
        rows = self.bars | self.mark | {str(year): self.line[year] for year in self.points}
        said = "; ".join(f"{words}: {self.written(value)}" for words, value in rows.items())
        span = f", {self.line.index.min()} to {self.line.index.max()}" if len(self.line) else ""
        return f"{self.unit}{span}. {said}."

    def written(self, value: float) -> str:
        """A value as the chart writes it."""
        return self.format.format(value).replace("-", "\N{MINUS SIGN}")


def chart_of(this: Claim, evidence: Evidence) -> Chart | None:
    """The chart of a claim, or None where the ledger asks for none.

    Raises
    ------
    DataFileError
        If it names a figure that the evidence does not give, or has neither bars nor a line.
    """
    if not this.chart:
        return None
    asked, figures = this.chart, measured(this, evidence, {})
    if ("bars" in asked) == ("line" in asked) or not {"unit", "format"} <= set(asked):
        raise DataFileError(
            f"claim {this.id}, chart: it has {', '.join(asked)}",
            allowed="unit, format, and either bars or a line",
            do="mend data/essay/claims.yaml",
        )
    line = figures[_known(this, asked["line"], figures)] if "line" in asked else pd.Series()
    return Chart(
        unit=asked["unit"],
        format=asked["format"],
        bars=_rows(this, asked.get("bars", {}), figures),
        mark=_rows(this, asked.get("mark", {}), figures),
        line=line,
        points=tuple(int(figures[_known(this, y, figures)]) for y in asked.get("points", ())),
    )


def _rows(this: Claim, asked: str | Mapping[str, str], figures: Figures) -> dict[str, float]:
    """Words and number of each bar."""
    if isinstance(asked, str):
        held: Mapping[str, Any] = figures[_known(this, asked, figures)]
        return {str(words): float(value) for words, value in held.items()}
    return {words: float(figures[_known(this, name, figures)]) for words, name in asked.items()}


def _known(this: Claim, name: str, figures: Figures) -> str:
    if name not in figures:
        raise DataFileError(
            f"claim {this.id}, chart: there is no figure '{name}'",
            allowed=", ".join(sorted(figures)),
            do="mend data/essay/claims.yaml, or let the evidence give the figure",
        )
    return name
