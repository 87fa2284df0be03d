"""What is known to when, worked out from the tables and the records of their sources."""

import pytest

from analysis.claims.releases import stored
from analysis.sources.fetch import FEEDS
from analysis.sources.source import sources
from analysis.tables.catalogue import catalogue
from analysis.tables.known import NOT_RECORDED, known_to_when

BUILT = [name for name, entry in catalogue().items() if entry.get("parents")]


@pytest.fixture(scope="module")
def known():
    return known_to_when(BUILT).set_index("table")


@pytest.mark.parametrize(
    ("table", "last", "published", "renew"),
    [
        ("china_customs_monthly", "2026-04", "2026-05-20", "<http://english.customs.gov.cn"),
        ("arms_transfers", "2024", "2025-03", "<https://www.sipri.org"),
        ("china_fossil_imports", "2024-12", "2025-01", "<http://stats.customs.gov.cn"),
        ("unga_rollcalls", "2026-06-04", "2026-06-04", "<https://digitallibrary.un.org/"),
        ("gdp_population", "2024", "2025-07", "`ballast data fetch worldbank`"),
        ("trade_annual", "2020", "2021-12", "`ballast data fetch imf_imts`"),
        ("alliances", "2018", NOT_RECORDED, "<http://www.atopdata.org/>"),
        ("distances", "", NOT_RECORDED, "<http://www.cepii.fr"),
    ],
)
def test_the_last_datum_its_publication_and_its_renewal(known, table, last, published, renew):
    row = known.loc[table]
    assert (row["last"], row.published) == (last, published)
    assert renew in row.renew


def test_every_date_of_publication_has_its_rule_and_is_past(known):
    assert ((known.published == NOT_RECORDED) == (known.rule == "")).all()
    release = stored()[-1]
    judged = known[known.index.isin(list(release.tables)) & (known.published != NOT_RECORDED)]
    assert len(judged) > 20
    assert judged.published.max() <= release.date


def test_what_renews_a_source_is_a_feed():
    renewed = {source["renewed_by"] for source in sources().values() if "renewed_by" in source}
    assert renewed == set(FEEDS)
