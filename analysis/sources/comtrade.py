"""United Nations Comtrade: China's imports of medium and heavy oils."""

from __future__ import annotations

import pandas as pd

from analysis.sources.source import RawStore, Source

OIL_PRODUCTS = Source(
    key="comtrade",
    producer="United Nations Statistics Division",
    title=(
        "UN Comtrade: China's imports of medium oils and preparations (HS 2710.19) by partner,"
        " 2014-2024"
    ),
    citation=(
        "United Nations Statistics Division. UN Comtrade Database, HS 2710.19, reporter China."
    ),
    url="https://comtradeplus.un.org/",
    licence=(
        "UN Comtrade terms: redistribution of the database needs permission; one heading of one"
        " reporter is extracted here, with citation"
    ),
    units="current USD",
    basis="China as importer: CIF",
    served_by="an extract whose carrier is not recorded",
    traps=(
        "this is one heading of oil products, not all of them: naphtha (2710.12) is elsewhere",
        "'Other Asia, nes' is, by Comtrade's practice, mostly Taiwan",
    ),
)


def read_oil_products(raw: RawStore) -> pd.DataFrame:
    """Imports by year and partner name, with the total of the year (text)."""
    return raw.csv(
        "energy/comtrade_china_imports_hs271019_by_partner_2014_2024.csv",
        columns=("year", "partner", "value_usd", "china_total_usd"),
    )
