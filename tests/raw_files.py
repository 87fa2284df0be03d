"""Raw files of trade, customs and prices, and the table that is built from each."""

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
}
