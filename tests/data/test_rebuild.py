"""With the raw files at hand, every table is rebuilt and must equal what is committed."""

import pytest

from analysis.paths import raw_root
from analysis.sources.source import RawStore
from analysis.tables import build


@pytest.mark.raw
@pytest.mark.skipif(
    raw_root() is None,
    reason="BALLAST_RAW is not set: tables not rebuilt, only their hashes checked",
)
def test_tables_rebuilt_from_raw_equal_the_committed_ones():
    assert build.differences(build.build(RawStore.from_environment())) == []
