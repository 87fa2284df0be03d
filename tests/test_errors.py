"""What the data do not reach is a reason for the reader; every other fault stops."""

import pytest

from analysis.errors import CoverageError, ModelInputError, NotApplicable, applicable, where_known


@where_known
def reached(given, *, error=None):
    if error:
        raise error
    return given


def test_a_result_or_the_reason_that_there_is_none():
    none = NotApplicable("two years are needed")
    assert reached(7) == 7
    assert reached(1, error=CoverageError("no report")) == NotApplicable("no report.")
    with pytest.raises(ModelInputError):
        reached(1, error=ModelInputError("a negative level"))
    with pytest.raises(CoverageError, match="two years are needed"):
        applicable(none)
    assert applicable(7) == 7


def test_a_reason_is_handed_on_and_has_no_parts():
    none = NotApplicable("two years are needed")
    assert reached(none) is none
    assert reached(1, error=none) is none
    assert none["growth"] is none
    assert str(none) == "not applicable: two years are needed"
