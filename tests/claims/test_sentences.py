"""Sentences of verdicts follow a reader's own thresholds."""

from functools import cache

import pytest

from analysis.claims import judge


@pytest.mark.parametrize(
    ("identifier", "own", "said"),
    [
        ("C37", {"window_years": 4}, "China customs for 2020-2024"),
        ("C01", {"partners": 9}, "nine largest partners of 2024"),
        ("C03", {"least_share": 0.5}, "less than 50% of the rise came before 2012"),
        ("C03", {"late_year": 2009}, "less than a third of the rise came before 2010"),
        ("C04", {"most_of_the_years": 0.25}, "regained before 25% of the years were over"),
        ("C05", {"last_year": 2023}, "since the invasion, 2022-2023"),
        ("C05", {"last_year": 2023}, "ideal points of 2023"),
        ("C06", {"rank_for_home": 2}, "China below number 2 for Russia in 2024"),
        ("C07", {"half_pct": 60}, "fewer than 60 % of pairs split on fewer"),
        ("C14", {"least_reports": 3}, "3 in all"),
        ("C24", {"least_gain": 0.02}, "An interval wholly above +0.020"),
        ("C29", {"first_year": 2020}, "2020-2025, after the essay"),
        ("C30", {"half_pct": 60}, "1 put it above 60 %"),
        ("C61", {"least_reports": 3}, "3 in all"),
        ("C62", {"least_reports": 3}, "3 in all"),
        ("C38", {"still_pct": 5}, "crude above +5 %"),
        ("C40", {"later_years": 3, "p_value": 0.005}, "with next three years' shares beside it"),
        ("C40", {"later_years": 3, "p_value": 0.005}, "with 99.5 % intervals"),
        ("C41", {"least_cases": 5}, "Fewer than 5 such disputes"),
        ("C42", {"first_year": 2016}, "Since 2016 there are few moves"),
        ("C42", {"years_apart": 3}, "instead of three"),
        ("C64", {"half_pct": 40, "quarter_pct": 20}, "40 % of states or more on both measures"),
        ("C64", {"half_pct": 40, "quarter_pct": 20}, "fewer than 20 % on both, against"),
        ("C44", {"among_first": 5}, "among the first five of"),
        ("C45", {"base_year": 2015}, "IMF, China's trade in 2015"),
        ("C69", {"fewest_reports": 3}, "3 in all"),
        ("C50", {"majority": 0.7}, "Russia above China in four of the five"),
        ("C51", {"enough_reports": 3}, "3 in all"),
        ("C52", {"least_statements": 2}, "2 in all"),
        ("C53", {"enough_reports": 3}, "3 in all"),
        ("C54", {"last_year": 2024}, "every year to 2024 alone"),
        ("C56", {"wait_years": 5}, "before five years have passed"),
        ("C56", {"wait_years": 5}, "before it judges in May 2030"),
        ("C56", {"most_falls": 2}, "More than two of the three measures"),
    ],
)
def test_sentences_say_the_thresholds_in_force(identifier, own, said):
    assert said in sentences(identifier, **own)
    assert said not in sentences(identifier)


@pytest.mark.parametrize(
    ("identifier", "own", "said"),
    [
        ("C07", {"half_pct": 60}, "One joint veto is enough"),
        ("C20", {"fewer_part": 0.1}, "a difference as wide as a half"),
        ("C40", {"matters_pct": 2, "p_value": 0.001}, "'Evidence against' says"),
        ("C42", {"most_pct": 90}, "an even split can only be mixed"),
        ("C51", {"single_report": 2}, "one report is enough"),
        ("C71", {"repeatedly": 3}, "two statements are enough"),
    ],
)
def test_a_caveat_on_a_threshold_goes_with_it(identifier, own, said):
    assert said in sentences(identifier)
    assert said not in sentences(identifier, **own)


def sentences(identifier, **own):
    """All that a verdict says, but for its claim."""
    return worked_out(identifier, tuple(own.items()))


@cache
def worked_out(identifier, own):
    given = judge(identifier, **dict(own))
    said = (given.measured, given.finding, given.flip, *given.sources, *given.caveats)
    return "; ".join([*said, *(reading.name for reading in given.readings)])
