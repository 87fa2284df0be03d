"""The two tables of trade by year that the essay points to and that are lost, built anew from what
the two publishers said.
"""

import pandas as pd

from analysis.cleaning.customs import annual_headlines, russia_china_mirror
from analysis.sources.source import RawStore


def table_by_customs(raw: RawStore) -> pd.DataFrame:
    """Trade by year as China customs announced it, only what was announced: China's exports and
    imports (missing where only a total was found) and the total, USD billion.
    """
    rows = annual_headlines(raw)
    rows = rows[rows.source == "gacc"]
    wide = rows.pivot(index="year", columns="flow", values="value_usd_bn")
    totals = rows[rows.flow == "total"].set_index("year")
    frame = wide[["exports", "imports", "total"]].add_suffix("_usd_bn").rename_axis(columns=None)
    frame["preliminary"] = totals.vintage == "preliminary"
    return frame.assign(published_by=totals.published_by, url=totals.url).reset_index()


def table_by_imf(raw: RawStore) -> pd.DataFrame:
    """Trade by year as Russia reports it to the IMF (an estimate of the IMF's from 2022) and as
    China does (to 2020, missing after): exports, imports and total, USD billion.
    """
    rows = russia_china_mirror(raw).dropna(subset=["russia_usd_bn"])
    wide = rows.pivot(index="year", columns="direction")
    frame = pd.DataFrame(index=wide.index)
    for reporter, column, flows in (
        ("russia", "russia_usd_bn", ("RUS to CHN", "CHN to RUS")),
        ("china", "china_imf_usd_bn", ("CHN to RUS", "RUS to CHN")),
    ):
        sent, received = (wide[column][flow] for flow in flows)
        frame[f"{reporter}_exports_usd_bn"] = sent
        frame[f"{reporter}_imports_usd_bn"] = received
        frame[f"{reporter}_total_usd_bn"] = (sent + received).round(3)
    return frame.assign(estimated=wide["russia_estimated"]["RUS to CHN"]).reset_index()
