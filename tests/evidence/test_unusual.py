"""Places among all pairs: what is compared, and how a margin widens a rank."""

import pytest

from analysis.evidence import unusual

FIRST, LAST = 2020, 2025
PAIR = ("CHN", "RUS")


def test_a_pair_counts_once_and_only_where_both_ends_reported():
    table, ends = unusual.sizes(FIRST, 0.0), unusual.exports(FIRST, 0.0)
    assert table.index.is_unique
    assert table.value[PAIR] == pytest.approx(ends.value[PAIR] + ends.value[PAIR[::-1]])
    assert all(pair in ends.index and pair[::-1] in ends.index for pair in table.index[:500])


def test_a_wider_margin_widens_the_rank_and_holds_the_narrow_one():
    none, some, wide = (unusual.place(unusual.sizes(LAST, m), PAIR, "")[1] for m in (0, 15, 40))
    assert none == "rank 13 of 8,530"
    assert some == "rank 13 (between 10 and 15) of 8,530"
    assert wide == "rank 13 (between 9 and 23) of 8,530"


def test_growth_is_ranked_among_pairs_that_were_large_enough():
    table = unusual.growth(FIRST, LAST, 0.0).value
    before, after = unusual.sizes(FIRST, 0.0).value, unusual.sizes(LAST, 0.0).value
    assert table[PAIR] == pytest.approx(100 * (after[PAIR] / before[PAIR] - 1))
    assert set(table.index) == set(before.index[before >= 1].intersection(after.index))


def test_changes_of_shares_add_up_to_nothing_where_every_partner_is_there():
    changes = unusual.turns(2010, 2015, 0.0, "reporter").value
    assert abs(changes["DEU"].sum()) < 0.5
    points, rank = unusual.place(unusual.turns(2010, 2015, 0.0, "reporter"), ("RUS", "CHN"), "")
    assert points == changes["RUS", "CHN"]
    assert rank.startswith(f"rank {(changes > points).sum() + 1} of")
