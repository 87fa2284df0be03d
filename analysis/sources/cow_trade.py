"""Correlates of War: dyadic and national trade, 1870-2014."""

from __future__ import annotations

import pandas as pd

from analysis.sources.source import RawStore, Source

CITATION = (
    "Barbieri, Katherine and Omar M. G. Keshk. 2016. Correlates of War Project Trade Data Set"
    " Codebook, Version 4.0; Barbieri, Katherine, Omar M. G. Keshk and Brian Pollins. 2009. TRADING"
    " DATA: Evaluating our Assumptions and Coding Rules. Conflict Management and Peace Science"
    " 26(5): 471-491."
)
DYADIC = Source(
    key="cow_trade",
    producer="Correlates of War Project",
    title="Dyadic trade, version 4.0, 1870-2014",
    citation=CITATION,
    url="https://correlatesofwar.org/data-sets/bilateral-trade/",
    licence="free to use with citation",
    units="current USD million, whole numbers",
    basis="imports of one state from another, as the project compiled them from several publishers",
    served_by="a copy whose carrier is not recorded",
    traps=(
        (
            "between the Soviet Union, China and the other planned economies the zeros of 1958-63"
            " are false: no publisher the project used reported that trade, which was large"
            " (Soviet-Chinese trade was 2.1 billion in 1959)"
        ),
        (
            "many zeros elsewhere are doubtful too, for example Botswana's imports from South"
            " Africa in 2011"
        ),
        "Soviet-Chinese trade has no rows for 1939-54, 1958-59 and 1964-77",
        "values are whole millions, so early flows below half a million are zero",
        "the smoothed columns are interpolated and are not used here",
    ),
)
NATIONAL = Source(
    key="cow_national",
    producer="Correlates of War Project",
    title="National trade, version 4.0, 1870-2014",
    citation=CITATION,
    url="https://correlatesofwar.org/data-sets/bilateral-trade/",
    licence="free to use with citation",
    units="current USD million",
    basis="each state's total imports and exports of goods",
    served_by="github.com/will-cotton4/COW-DataScience",
    traps=("China's exports of 1960 (648) come from a source that misses the planned economies",),
)


def read_dyadic(raw: RawStore) -> pd.DataFrame:
    """Pairs of states by year; flow1 is what ccode1 imported from ccode2, flow2 the reverse."""
    columns = ("ccode1", "ccode2", "year", "flow1", "flow2")
    return raw.parquet("cow/cow_dyadic_trade_4.0.parquet", columns=columns)[list(columns)]


def read_national(raw: RawStore) -> pd.DataFrame:
    """States by year with their total imports and exports (text)."""
    return raw.csv(
        "cow/cow_national_trade_4.0.csv",
        columns=("ccode", "statename", "year", "imports", "exports"),
    )
