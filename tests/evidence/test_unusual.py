"""Places among all pairs: what is compared, how a margin widens a rank, and what is refused."""

import pytest

from analysis.errors import CoverageError
from analysis.evidence import unusual

FIRST, LAST = 2020, 2025


def test_a_pair_counts_once_and_only_where_both_ends_reported():
    table, ends = unusual.sizes(FIRST, 0.0), unusual.exports(FIRST, 0.0)
    assert table.index.is_unique
    assert table.value["CHN-RUS"] == pytest.approx(
        ends.value["CHN", "RUS"] + ends.value["RUS", "CHN"]
    )
    assert all(
        (pair[:3], pair[4:]) in ends.index and (pair[4:], pair[:3]) in ends.index
        for pair in table.index[:500]
    )


def test_a_pair_has_one_place_whichever_end_asks():
    here, there = (
        unusual.place_by_size(*pair, year=FIRST, margin_pct=0.0)
        for pair in (("RUS", "CHN"), ("CHN", "RUS"))
    )
    assert here == there


def test_a_wider_margin_widens_the_rank_and_holds_the_narrow_one():
    none, some, wide = (
        unusual.place_by_size("RUS", "CHN", year=LAST, margin_pct=m)[1] for m in (0.0, 15.0, 40.0)
    )
    assert none.best == none.rank == none.worst
    assert wide.best <= some.best <= none.rank <= some.worst <= wide.worst
    assert wide.worst - wide.best > some.worst - some.best


def test_growth_is_ranked_among_pairs_that_were_large_enough():
    growth, place = unusual.place_by_growth("RUS", "CHN", first=FIRST, last=LAST, margin_pct=0.0)
    before, after = unusual.sizes(FIRST, 0.0).value, unusual.sizes(LAST, 0.0).value
    assert growth == pytest.approx(100 * (after["CHN-RUS"] / before["CHN-RUS"] - 1))
    large = before.index[before >= 1].intersection(after.index)
    assert (
        place.rank
        == 1 + (after[large] / before[large] > after["CHN-RUS"] / before["CHN-RUS"]).sum()
    )


def test_changes_of_shares_add_up_to_nothing_where_every_partner_is_there():
    changes = unusual.share_changes(2010, 2015, 0.0, "exporter").value
    assert abs(changes["DEU"].sum()) < 0.5
    points, _ = unusual.place_of_turn("RUS", "CHN", first=2010, last=2015, margin_pct=0.0)
    assert points == pytest.approx(changes["RUS", "CHN"])


def test_years_between_the_panel_and_the_snapshot_are_refused():
    with pytest.raises(CoverageError, match="not known in 2023"):
        unusual.place_by_size("RUS", "CHN", year=2023, margin_pct=0.0)
