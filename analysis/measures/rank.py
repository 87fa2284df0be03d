"""Where one value stands among many, with ties and missing values counted."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass

import numpy as np
import pandas as pd

from analysis.errors import CoverageError, ModelInputError, NotApplicable


@dataclass(frozen=True, slots=True)
class Rank:
    """A place in a ranking, the largest value first.

    Attributes
    ----------
    rank : int
        One more than the number of strictly larger values ('standard competition' ranking).
    of : int
        Values ranked, this one included.
    tied : int
        Other values that are exactly equal to this one.
    missing : int
        Values left out because they are missing.
    value : float
        The value itself, in the unit of what was ranked.
    """

    rank: int
    of: int
    tied: int
    missing: int
    value: float

    @property
    def share_below(self) -> float:
        """Share of the other values that are strictly smaller; 0 where there is no other."""
        others = self.of - 1
        return (others - (self.rank - 1) - self.tied) / others if others else 0.0

    def __str__(self) -> str:
        tie = f", {self.tied} tied with it" if self.tied else ""
        gap = f", {self.missing} missing" if self.missing else ""
        return f"rank {self.rank} of {self.of}{tie}{gap}"


def rank_among(values: pd.Series, target: Hashable, *, ascending: bool = False) -> Rank | NotApplicable:
    """Rank of one entry among all entries of a series: one pair among all pairs and years, one partner among all.

    Parameters
    ----------
    values : Series of float
        Any unit; any index without repeated labels, for example (home, partner, year). Missing values are not ranked.
    target : label of the index
    ascending : bool
        True ranks the smallest first.

    Returns
    -------
    Rank, or NotApplicable where the target's own value is missing.

    Raises
    ------
    ModelInputError
        If labels are repeated.
    CoverageError
        If the target is not in the index.
    """
    if values.index.has_duplicates:
        again = values.index[values.index.duplicated()][0]
        raise ModelInputError(f"the label {again} comes twice", allowed="each label once", do="aggregate first")
    if target not in values.index:
        raise CoverageError(
            f"{target} is not among the {len(values)} entries ranked",
            allowed=f"labels such as {values.index[0]}" if len(values) else "a series with entries",
            do="check the key",
        )
    place = values.index.get_loc(target)
    value = float(values.to_numpy(dtype=float, na_value=np.nan)[place])
    if pd.isna(value):
        return NotApplicable(f"the value of {target} is missing, so it has no rank")
    known = values.drop(labels=[target]).dropna()
    ahead = (known < value) if ascending else (known > value)
    return Rank(
        rank=int(ahead.sum()) + 1,
        of=len(known) + 1,
        tied=int((known == value).sum()),
        missing=int(values.isna().sum()),
        value=value,
    )
