"""Evidence of notebook 00: where one number comes from, and the data at their worst."""

import pandas as pd

from analysis.evidence import Figures
from analysis.tables import citation, load
from analysis.tables.views import false_figures, shares_of


def one_row() -> Figures:
    """The row of one table that the verdict on C27 rests on, and how to cite it."""
    row = load("china_customs_annual", year=2024, flow="total").iloc[0]
    kept = row[["value_usd_bn", "vintage", "published_by", "url"]].astype(str).rename("value")
    cited = citation("china_customs_annual").splitlines()[0]
    return {"table": kept.rename_axis("column").reset_index(), "citation": cited}


def uganda() -> Figures:
    """Russia's imports from Uganda, USD million: years kept, years removed, and their weight."""
    kept = load("trade_russia", partner="UGA", flow="imports").set_index("year").value_usd_mn
    removed = false_figures("trade_russia").set_index("year").published_usd_mn
    of_2024 = {"source": "imf_imts_russia", "flow": "imports", "year": 2024}
    totals = load("trade_totals", reporter="RUS", **of_2024)
    weight = 100 * removed[2024] / totals.value_usd_mn.iloc[0]
    return {"kept": kept.dropna(), "removed": removed, "of_imports_pct": weight}


def ratio_of_reports() -> pd.Series:
    """Russia's imports from China (IMF, CIF) over China's exports to Russia (FOB), by year."""
    mirror = load("russia_china_mirror", direction="CHN to RUS").set_index("year")
    return (mirror.russia_usd_bn / mirror.china_usd_bn).loc[2010:2024].dropna().rename("ratio")


def zeros_of_cow() -> Figures:
    """China's imports from the Soviet Union as one data set prints them, and trade as cited."""
    rows = false_figures("cow_trade").query("reporter == 'CHN' and partner == 'SUN'")
    cited = load("sino_soviet_trade", measure="turnover").dropna(subset="usd_mn")
    first_cited = cited.groupby("year").usd_mn.first()
    return {
        "published": [f"{row.year} {row.published_usd_mn:.0f}" for row in rows.itertuples()],
        "cited": [f"{year} {first_cited[year]:,.0f}" for year in (1959, 1968, 1970)],
    }


def official_rate() -> pd.DataFrame:
    """Russia's exports of 1992-94, USD billion: by the World Bank with services, and of goods."""
    rows = load("corrections", table="goods_services_trade")
    rows = rows[rows.key.str.contains("exports")]
    years = rows.key.str.extract(r"year=(\d+)")[0].astype(int)
    goods = load("cow_trade_totals", reporter="RUS", flow="exports").set_index("year").value_usd_mn
    columns = {
        "with_services_by_the_World_Bank": rows.expect.astype(float).set_axis(years),
        "goods_counted": goods,
    }
    return (pd.DataFrame(columns) / 1000).loc[1992:1994].rename_axis("year").reset_index()


def two_vintages() -> pd.DataFrame:
    """China's trade with Russia in 2015 as first announced and as revised, and growth on 2014."""
    both = load("china_customs_annual", year=2015, flow="total").set_index("vintage").value_usd_bn
    base = load("china_customs_annual", year=2014, flow="total", source="imf_china")
    total = both[["preliminary", "revised"]]
    growth = 100 * (total / base.value_usd_bn.iloc[0] - 1)
    return pd.DataFrame({"total_usd_bn": total, "on_2014_pct": growth}).reset_index()


def swapped_sides() -> Figures:
    """January and February of two years by flow, USD billion, and the note on the swap."""
    cells = {"month": 2, "period": "year_to_date", "year": [2023, 2024]}
    flows = load("china_customs_monthly", **cells).query("flow != 'total'")
    table = flows.pivot(index="flow", columns="year", values="value_usd_bn")
    note = flows[flows.year == 2024].note.iloc[0]
    return {"table": table.rename_axis(columns=None).reset_index(), "note": note}


def two_denominators() -> Figures:
    """Each one's share in the other's exports and imports in 2024, percent."""
    of_2024 = {"first_year": 2024, "last_year": 2024}
    china = shares_of("RUS", "CHN", **of_2024).iloc[0].add_prefix("china_in_")
    return {**china, **shares_of("CHN", "RUS", **of_2024).iloc[0].add_prefix("russia_in_")}


def reach() -> str:
    """The last month of trade and the last roll call that the tables hold, in words."""
    year, month = load("china_customs_monthly")[["year", "month"]].apply(tuple, axis=1).max()
    votes = pd.Timestamp(load("unga_rollcalls").date.max())
    return f"{pd.Timestamp(year, month, 1):%B %Y} for trade and {votes:%B %Y} for votes"
