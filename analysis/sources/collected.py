"""Figures collected by hand, one address each: mostly press and books that quote an official
source.

The pages were read as stored excerpts, not opened in full.
"""

from __future__ import annotations

import pandas as pd

from analysis.sources.source import RawStore, Source

BY_HAND = "excerpts collected by hand, one address per figure"

SINO_SOVIET = Source(
    key="sino_soviet",
    producer="Several authors: books, official histories, intelligence reports and press",
    title="Sino-Soviet trade, 1947-1992: scattered figures",
    citation="Figures of Sino-Soviet trade as cited by the page that each row names.",
    url="http://1921.org.cn/chapter.html?id=5a953836947f3212c37b3cb0&c=30",
    licence="facts and figures; each page keeps its own terms",
    units="as printed; USD million where printed in dollars",
    basis="turnover: both directions together",
    served_by=BY_HAND,
    traps=(
        "there is no annual figure for 1960-67: the gap must stay a gap",
        (
            "quality runs from A (official or scholarly) to C (popular books); rows marked D are"
            " not to be used"
        ),
        "plans, targets and forecasts stand beside outturns: see the column outturn",
        (
            "roubles before and after 1961 differ, and Swiss francs were the accounting currency of"
            " the 1980s"
        ),
    ),
)
TOTALS = Source(
    key="totals_cited",
    producer=(
        "Federal Customs Service of Russia, General Administration of Customs of China, UNCTAD and"
        " WTO, as cited"
    ),
    title="Total trade of Russia, China and the world: cited figures",
    citation=(
        "Totals as announced by the body that each row names and cited by the page that it"
        " links to."
    ),
    url="https://customs.gov.ru/statistic",
    licence="facts and figures; each page keeps its own terms",
    units="USD billion or CNY billion",
    basis="goods, as each body announces them",
    served_by=BY_HAND,
    traps=(
        (
            "China's totals of 2024 are in yuan: convert them at a stated rate, never add them to"
            " dollars"
        ),
    ),
)
COMPOSITION = Source(
    key="trade_composition",
    producer="Customs services, central banks, research institutes and trade press, as cited",
    title="What Russia and China trade: cited figures",
    citation=(
        "Figures as given by the body that each row names and cited by the page that it links to."
    ),
    url="http://english.customs.gov.cn/statics/report/preliminary.html",
    licence="facts and figures; each page keeps its own terms",
    units="as in the column unit",
    basis="each figure has the definition of its own source: see series and note",
    served_by=BY_HAND,
    traps=(
        "rows of different definition must never be joined into one series",
        "the collection is not a sample: a figure is there because somebody printed it",
    ),
)
URALS = Source(
    key="urals",
    producer="Ministry of Finance of the Russian Federation, as cited",
    title="Average price of Urals crude: announced figures",
    citation=(
        "Ministry of Finance of the Russian Federation. Average price of Urals crude, as cited by"
        " the page that each row links to."
    ),
    url="https://minfin.gov.ru/",
    licence="facts and figures; each page keeps its own terms",
    units="USD per barrel",
    basis="average of the period, nominal",
    served_by=BY_HAND,
    traps=(
        (
            "there is no full series here: months are missing, and averages of parts of a year"
            " stand beside years"
        ),
    ),
)
ROUBLE = Source(
    key="cbr_cited",
    producer="Bank of Russia, as compiled by Ruxpert",
    title="Rouble per US dollar, annual weighted averages, 1992-2023",
    citation=(
        "Bank of Russia. Official exchange rate of the US dollar, annual weighted averages, "
        "as compiled by Ruxpert."
    ),
    url="https://ruxpert.ru/Статистика:История_курса_доллара_к_рублю",
    licence="facts and figures; the page keeps its own terms",
    units="roubles per USD, redenominated (1000 old roubles are one new)",
    basis="weighted annual average of the official rate",
    served_by=BY_HAND,
    traps=("1992 starts in July",),
)


def read_sino_soviet(raw: RawStore) -> pd.DataFrame:
    """Figures of Sino-Soviet trade with quality and quotation (text)."""
    return raw.csv(
        "history/sino_soviet_trade_anchors.csv",
        columns=(
            "year", "period_note", "measure", "value", "unit", "usd_million", "quality", "source", "url", "evidence",
        ),
    )  # fmt: skip


def read_totals(raw: RawStore) -> pd.DataFrame:
    """Announced totals of Russia, China and the world (text)."""
    return raw.csv(
        "history/trade_totals_anchors.csv",
        columns=("year", "economy", "measure", "value", "unit", "source", "url", "note"),
    )


def read_composition(raw: RawStore) -> pd.DataFrame:
    """Cited figures on composition, dependence and settlement (text)."""
    return raw.csv(
        "press/trade_composition_figures.csv",
        columns=("topic", "series", "year", "period", "value", "unit", "source", "url", "note"),
    )


def read_urals(raw: RawStore) -> pd.DataFrame:
    """Announced average prices of Urals crude (text)."""
    return raw.csv(
        "history/urals_price_anchors.csv", columns=("period", "type", "urals_usd_bbl", "source", "url")
    )  # fmt: skip


def read_rouble(raw: RawStore) -> pd.DataFrame:
    """Annual average rouble rates of the Bank of Russia (text)."""
    return raw.csv(
        "history/rub_usd_cbr_annual_ruxpert.csv",
        columns=("year", "rub_per_usd_redenominated", "note"),
    )
