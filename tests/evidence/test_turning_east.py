"""What the designs say of a turn, on small frames and on the data, and who gained by it."""

import pytest

from analysis.claims import claim
from analysis.claims.verdict import judged
from analysis.errors import NotApplicable
from analysis.evidence import turning_designs as turn
from analysis.evidence import turning_east as east
from analysis.evidence import turning_partners as control

YEARS, SPAN = (2021, 2024), (2020, 2024)


def design(*expected, before=100.0, actual=200.0):
    named = {f"variant {place}": level for place, level in enumerate(expected)}
    return turn.variants(named, before=before, actual=actual)


def judged_on(monkeypatch, designs):
    """The verdict as if these were all designs, whatever the donors."""
    monkeypatch.setattr(east, "all_designs", lambda *pair, **options: dict(designs))
    return judged(claim("C30"), east.parts_of_the_rise)


def test_a_share_is_what_the_rise_has_beyond_the_counterfactual():
    assert design(120, 200, 210).share_pct.tolist() == [80, 0, -10]


def test_a_fall_of_trade_is_no_rise_to_be_explained():
    assert isinstance(design(90, before=100.0, actual=104.0), NotApplicable)
    assert isinstance(turn.by_own_trend("RUS", "CHN", (2014, 2015)), NotApplicable)
    assert isinstance(turn.by_shares("RUS", "DEU", YEARS), NotApplicable)


def test_ranges_leave_out_a_design_that_could_not_be_applied_and_the_table_says_why():
    designs = {east.SHARES: NotApplicable("no shares"), east.TREND: design(120, 140, 180)}
    assert east.ranges(designs).index.tolist() == [east.TREND]
    assert east.ranges(designs).loc[east.TREND].tolist() == [20, 60, 80, 3]
    assert east.ranges_table(designs).set_index("design").why_not[east.SHARES] == "no shares"
    assert "why_not" not in east.ranges_table({east.TREND: design(120)})


@pytest.mark.parametrize(
    ("expected", "way", "total"), [(160.0, "above", 220.0), (140.0, "below", 180.0)]
)
def test_at_the_total_that_flips_it_the_nearest_design_gives_just_half(
    expected, way, total, monkeypatch
):
    designs = {east.SHARES: design(149.0), east.TREND: design(expected), east.OTHERS: design(90.0)}
    verdict = judged_on(monkeypatch, designs)
    assert f"{way} {total:.0f} billion dollars, where '{east.TREND}'" in verdict.flip
    assert design(expected, actual=total).share_pct.tolist() == pytest.approx([50])


def test_shares_pass_for_any_rise_while_the_totals_fall():
    assert turn.shares_whatever_happened("RUS", "CHN", YEARS).share_pct.gt(50).all()


def test_a_synthetic_control_with_other_weights_that_fit_as_well_is_no_number_of_the_design():
    fits = control.synthetic_partners("RUS", "CHN", SPAN, smallest=1.0)
    unique = {since: fit.unique for since, fit in fits.items()}
    assert unique == {2000: True, 2005: True, 2010: False, 2015: False}
    variants = control.by_other_partners("RUS", "CHN", SPAN, smallest=1.0).variant
    counted = variants[variants.str.startswith(control.SYNTHETIC)]
    assert counted.str[-4:].tolist() == ["2000", "2005"]


def test_a_synthetic_control_apart_takes_its_variants_with_it():
    named = ["median partner", f"{control.SYNTHETIC} from 2000"]
    others = design(90.0, 120.0).assign(variant=named)
    separate = east.apart({east.TREND: design(140.0), east.OTHERS: others})
    shares = {name: table.share_pct.tolist() for name, table in separate.items()}
    assert shares == {east.TREND: [60], east.OTHERS: [110], control.SYNTHETIC: [80]}
    missing = {east.OTHERS: NotApplicable("no partners")}
    assert east.apart(missing) == missing
    assert list(east.apart({east.OTHERS: others.iloc[:1]})) == [east.OTHERS]


def test_without_an_identified_synthetic_control_the_words_say_so(monkeypatch):
    designs = {east.SHARES: design(90.0), east.OTHERS: design(90.0)}
    caveats = " ".join(judged_on(monkeypatch, designs).caveats)
    assert "from 2010 and 2015 are not identified" in caveats
    assert "equally well) and left out. No design" in caveats
    monkeypatch.setattr(east, "synthetic_partners", lambda *pair, **options: {})
    caveats = " ".join(judged(claim("C30"), east.parts_of_the_rise).caveats)
    assert "No synthetic control was fitted." in caveats


@pytest.mark.parametrize(
    ("trend", "others", "label"),
    [
        ((140,), (140, 120), "holds"),
        ((140,), (140, 120, 160), "holds with caveats"),
        ((160,), (140,), "undecided"),
        ((160,), (150,), "does not hold"),
    ],
)
def test_designs_that_can_fail_decide_and_give_each_label(trend, others, label, monkeypatch):
    designs = {east.TREND: design(*trend), east.OTHERS: design(*others)}
    for certain in (90, 190):
        designs |= dict.fromkeys(east.CERTAIN, design(certain))
        verdict = judged_on(monkeypatch, designs)
        assert verdict.label == label
    assert "Two can hardly fail: shares 10 % (variants 10 to 10); price" in verdict.measured


@pytest.mark.parametrize(("first", "base"), [(2021, 2020), (2019, 2019)])
def test_the_base_year_is_the_last_with_all_partners(first, base):
    assert east.known_for_all((first, 2024)) == (base, 2024)


def test_donors_leave_out_the_pair_itself_small_ones_and_those_that_the_war_changed():
    pool = control.donors("RUS", "CHN", SPAN, smallest=1.0)
    assert not pool.index.isin(["RUS", "KAZ", "BLR", "HKG"]).any()
    assert pool.total_first.min() >= 1
    assert pool.attrs["own"].total_last == pytest.approx(244.7, abs=0.05)
    assert len(control.donors("RUS", "CHN", SPAN, smallest=10.0)) < len(pool)


def test_what_is_not_known_is_said_in_one_sentence():
    assert "no trade with South Sudan" in str(control.history("SSD", "TUV", since=2000, base=2020))
    late = control.synthetic_partner("RUS", "CHN", SPAN, since=2019, smallest=1.0)
    assert "too short" in str(late)
    assert "for Russia only" in str(east.suspect_rows("IND"))
    assert "no table has South Sudan" in str(east.partner_changes("SSD", YEARS))


def test_years_move_to_those_that_a_pair_has():
    assert east.years_compared("RUS", "CHN", YEARS) == YEARS
    assert east.years_compared("USA", "IND", YEARS) == (2017, 2020)
    assert east.years_compared("SSD", "TUV", YEARS) == YEARS


def test_groups_add_up_to_the_change_with_all_partners_and_hold_each_one_once():
    changes = east.partner_changes("RUS", YEARS)
    groups = east.changes_by_group(changes)
    table = groups["table"].set_index("group")
    assert table.total_usd_bn.sum() == pytest.approx(changes.total_usd_bn.sum())
    assert groups["east"] == pytest.approx(table.total_usd_bn[["China", "India"]].sum())
    assert "Kazakhstan" in groups["only_once"]
    assert east.partner_changes("RUS", (2017, 2020)).attrs["unsound"] == []


def test_exports_that_nobody_knows_are_said_to_be_unknown_not_a_wrong_code():
    said = "exports of North Korea and Cuba are not both known in 2020 and 2025."
    assert turn.by_gravity("PRK", "CUB") == NotApplicable(said)


def test_a_total_that_is_not_known_is_not_written_as_a_number():
    said = "trade of Luxembourg and Kiribati is not known for 2021, 2024."
    assert east.levels("LUX", "KIR", YEARS) == NotApplicable(said)


def test_trade_of_next_to_nothing_is_not_written_as_nothing():
    said = str(turn.variants({}, before=0.00013, actual=0.000131))
    assert "from USD 0.00013 to 0.00013 bn" in said
    pair = east.levels("LUX", "MNG", (2017, 2020))
    assert f"{pair['before']:.2f}" == "0.00015"
