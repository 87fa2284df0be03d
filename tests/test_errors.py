"""What the data do not reach is a reason for the reader; every other fault stops."""

import pytest

from analysis.errors import (
    CoverageError,
    ModelInputError,
    NotApplicable,
    applicable,
    once_told,
    or_reason,
    where_known,
)


def reach(error):
    raise error


def test_a_result_or_the_reason_that_there_is_none():
    assert or_reason(lambda: 7) == 7
    none = NotApplicable("two years are needed")
    assert or_reason(lambda: none) is none
    assert or_reason(lambda: applicable(none)) == NotApplicable("two years are needed.")
    assert or_reason(lambda: reach(CoverageError("no report"))) == NotApplicable("no report.")
    with pytest.raises(ModelInputError):
        or_reason(lambda: reach(ModelInputError("a negative level")))


def test_a_reason_is_told_once(capsys):
    assert once_told(7) == 7
    with where_known():
        applicable(once_told(NotApplicable("two years are needed")))
    assert (
        capsys.readouterr().out
        == "Not shown here: the data do not reach, as said when they were gathered.\n"
    )


def test_a_part_ends_where_the_data_end_and_says_so(capsys):
    with where_known():
        applicable(NotApplicable("two years are needed"))
    assert capsys.readouterr().out == "Not shown here: two years are needed.\n"
    with pytest.raises(KeyError), where_known():
        reach(KeyError("year"))
