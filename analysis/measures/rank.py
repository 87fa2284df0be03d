"""Where one value stands among many, with ties and missing values counted."""

from collections.abc import Hashable
from dataclasses import dataclass

import pandas as pd

from analysis.errors import CoverageError, ModelInputError, NotApplicable, did_you_mean
from analysis.measures.inputs import numbers, require_kind


@dataclass(frozen=True, slots=True)
class Rank:
    """A place in a ranking, the largest value first: ``rank`` is one more than the number of
    strictly larger values, ``of`` the number ranked, ``tied`` that of other values that are equal,
    ``missing`` that of values left out, and ``value`` is in the unit of what was ranked.
    """

    rank: int
    of: int
    tied: int
    missing: int
    value: float

    def __str__(self) -> str:
        tie = f", {self.tied} tied with it" if self.tied else ""
        gap = f", {self.missing} missing" if self.missing else ""
        return f"rank {self.rank:,} of {self.of:,}{tie}{gap}"


def rank_among(values: pd.Series, target: Hashable) -> Rank | NotApplicable:
    """Rank of one entry among all entries of a series, whose labels do not repeat; NotApplicable
    where its own value is missing, CoverageError if it is not a whole label of the index.
    """
    require_kind(values, pd.Series, what="the values ranked")
    if values.index.has_duplicates:
        came = f"the label {values.index[values.index.duplicated()][0]} comes twice"
        raise ModelInputError(came, allowed="each label once", do="aggregate first")
    labels = values.index.tolist()
    if target not in labels:
        first = ", ".join(map(str, values.index.to_frame().iloc[0])) if labels else ""
        raise CoverageError(
            f"{target} is not among the {len(labels)} entries ranked",
            allowed=f"whole labels such as {first}" if first else "some entries",
            do=did_you_mean(str(target), map(str, labels)) or "check the key",
        )
    values = numbers(values, what="a value", missing=True, infinite=True)
    value = float(values.iloc[labels.index(target)])
    if pd.isna(value):
        return NotApplicable(f"the value of {target} is missing, so it has no rank")
    return Rank(
        rank=int((values > value).sum()) + 1,
        of=int(values.count()),
        tied=int((values == value).sum()) - 1,
        missing=int(values.isna().sum()),
        value=value,
    )


@dataclass(frozen=True, slots=True)
class RankInterval:
    """A place among ``of`` values that are known within bounds only, the largest first: ``rank`` by
    the values themselves, ``best`` where this value is as high and every other as low as the bounds
    allow, ``worst`` the reverse.
    """

    best: int
    rank: int
    worst: int
    of: int

    def __str__(self) -> str:
        between = f" (between {self.best:,} and {self.worst:,})" if self.worst > self.best else ""
        return f"rank {self.rank:,}{between} of {self.of:,}"


def rank_interval(
    values: pd.Series, target: Hashable, *, low: pd.Series, high: pd.Series
) -> RankInterval | NotApplicable:
    """Rank of one entry among all, and the ranks it could have within the bounds of every entry, of
    one unit and index: ``low <= values <= high``. Missing values are not ranked; ModelInputError
    for bounds with other labels, on the wrong side or missing.
    """
    place = rank_among(values, target)
    if isinstance(place, NotApplicable):
        return place
    table = numbers(
        pd.concat({"value": values, "low": low, "high": high}, axis=1),
        what="a value or bound",
        missing=True,
        infinite=True,
    )
    known = table.dropna(subset="value")
    if wrong := int((~known["value"].between(known["low"], known["high"])).sum()):
        raise ModelInputError(
            f"{wrong} bounds lie on the wrong side of their values or are missing",
            allowed="low <= value <= high, with the same labels",
            do="give a value that is known exactly as its own bounds",
        )
    own, others = known.loc[target], known[~known.index.isin([target])]
    return RankInterval(
        best=int((others["low"] > own["high"]).sum()) + 1,
        rank=place.rank,
        worst=int((others["high"] > own["low"]).sum()) + 1,
        of=place.of,
    )
