"""Raw files that tests damage, the table that is built from each, and a sound specimen of each."""

from pathlib import Path

import pandas as pd

SPECIMENS = Path(__file__).parent / "cleaning" / "specimens"
"""The smallest files of the publishers' form from which the tables can be built, with made-up
figures; a Parquet file stands there as CSV."""
DOTS = "imf/dots_world_1960_2020.parquet"
RUSSIA = "imf/imts_russia_partners_2016_2024.csv"
EDGES, NODES = "imf/imts_world_exports_2025_edges.parquet", "imf/imts_world_exports_2025_nodes.csv"
ANNUAL, MONTHLY, YUAN = (
    "gacc/gacc_annual.csv",
    "gacc/gacc_monthly.csv",
    "gacc/gacc_yuan_yoy_2025.csv",
)
PARTNERS = "gacc/gacc_china_partners_2024_annual.csv"
RATES, DEFLATORS, BRENT = (
    "prices/fred_fx_annual.csv",
    "prices/us_deflators_annual.csv",
    "prices/brent_monthly.csv",
)
CALLS, VOTES = "unga/unga_rollcalls_1946_2026.parquet", "unga/unga_votes_1946_2026.parquet"
MID, ATOP = "cow/dyadic_mid_4.02.csv", "peacesciencer/atop_alliance.parquet"
PATROLS, CASES = "press/joint_bomber_patrols.csv", "press/chinese_coercion_cases.csv"
PEW = "press/pew_favorability_by_country_year.csv"
SIPRI = "sipri/sipri_russia_to_china_tiv_by_year.csv"
TABLES = {
    DOTS: "trade_annual",
    RUSSIA: "trade_russia",
    EDGES: "exports_2025",
    NODES: "exports_2025",
    ANNUAL: "china_customs_annual",
    MONTHLY: "china_customs_monthly",
    YUAN: "china_customs_yuan_growth",
    PARTNERS: "trade_china_2024",
    RATES: "exchange_rates",
    DEFLATORS: "deflators",
    BRENT: "oil_prices",
    VOTES: "unga_votes",
    MID: "disputes",
    ATOP: "alliances",
    PATROLS: "joint_patrols",
    CASES: "coercion_cases",
    PEW: "pew_favourability",
    SIPRI: "arms_transfers",
}


def sound(file: str) -> pd.DataFrame:
    """A specimen in the types in which its publisher's file is read: text, if it is a CSV."""
    if not file.endswith(".parquet"):
        return pd.read_csv(SPECIMENS / file, dtype=str, keep_default_na=False)
    frame = pd.read_csv(SPECIMENS / f"{file}.csv", keep_default_na=False)
    return frame.assign(date=pd.to_datetime(frame.date)) if "date" in frame else frame


def write(frame: pd.DataFrame, path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.suffix == ".parquet":
        frame.to_parquet(path)
    else:
        frame.to_csv(path, index=False)
