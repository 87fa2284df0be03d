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

from typing import Any, NamedTuple

import pandas as pd

from analysis.claims.ledger import Claim
from analysis.claims.measured import Evidence, measured, refuse_all_but
from analysis.errors import DataFileError


class Chart(NamedTuple):
    """An entry's chart with its figures; the first of its bars is the point."""

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
    """The chart of a claim, or None where the ledger asks for none; DataFileError if it names a
    figure that the evidence does not give, or has neither bars nor a line.
    """
    asked, figures = this.chart, measured(this, evidence, {})
    if not asked:
        return None
    if ("bars" in asked) == ("line" in asked) or not {"unit", "format"} <= set(asked):
        raise DataFileError(
            f"claim {this.id}, chart: it has {', '.join(asked)}",
            allowed="unit, format, and either bars or a line",
            do="mend data/essay/claims.yaml",
        )

    def figure(name: str) -> Any:
        refuse_all_but(this, "chart: there is no figure", [name], sorted(figures))
        return figures[name]

    def rows(named: Any) -> dict[str, float]:
        if isinstance(named, str):
            return {str(words): float(value) for words, value in figure(named).items()}
        return {words: float(figure(name)) for words, name in named.items()}

    return Chart(
        unit=asked["unit"],
        format=asked["format"],
        bars=rows(asked.get("bars", {})),
        mark=rows(asked.get("mark", {})),
        line=figure(asked["line"]) if "line" in asked else pd.Series(),
        points=tuple(int(figure(name)) for name in asked.get("points", ())),
    )
