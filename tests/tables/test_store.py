import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.tables import store

KEYS = ["pair", "year"]
DTYPES = {"pair": "str", "year": "int64", "usd": "float64", "months": "Int64", "flag": "bool"}


def read(path, filters=()):
    return store.matching(store.whole(path, DTYPES), DTYPES, filters)


@pytest.mark.parametrize("suffix", ["csv", "parquet"])
def test_a_table_comes_back_as_it_was_written(frame, tmp_path, suffix):
    path = tmp_path / f"t.{suffix}"
    store.write(frame, path)
    pd.testing.assert_frame_equal(read(path), frame)
    assert [file.name for file in tmp_path.iterdir()] == [path.name]


@pytest.mark.parametrize("suffix", ["csv", "parquet"])
def test_filters_choose_the_same_rows_in_both_formats(frame, tmp_path, suffix):
    path = tmp_path / f"t.{suffix}"
    store.write(frame, path)
    chosen = read(path, [("pair", ["CHN", "ZZZ"]), ("year", [2024])])
    pd.testing.assert_frame_equal(chosen, frame.iloc[[1]].reset_index(drop=True))


@pytest.mark.parametrize("suffix", ["csv", "parquet"])
def test_an_interrupted_write_leaves_the_old_file(frame, tmp_path, monkeypatch, suffix):
    path = tmp_path / f"t.{suffix}"
    path.write_bytes(b"old")

    def stopped(*args, **options):
        raise KeyboardInterrupt

    monkeypatch.setattr(store, "_write_parquet", stopped)
    monkeypatch.setattr(pd.DataFrame, "to_csv", stopped)
    with pytest.raises(KeyboardInterrupt):
        store.write(frame, path)
    assert path.read_bytes() == b"old"
    assert [file.name for file in tmp_path.iterdir()] == [path.name]


@given(order=st.permutations(range(3)))
@settings(deadline=None)
def test_the_content_hash_does_not_depend_on_the_order_of_rows(order):
    frame = pd.DataFrame(
        {"pair": pd.array(["A", "A", "B"], dtype="str"), "year": [1, 2, 1], "usd": [0.5, 1.5, 2.5]}
    )
    assert store.content_hash(frame.iloc[order], keys=KEYS) == store.content_hash(frame, keys=KEYS)


@pytest.mark.parametrize(
    ("column", "value"),
    [("usd", 1.2500000001), ("pair", "CHM"), ("year", 2022), ("months", 11), ("flag", False)],
)
def test_the_content_hash_feels_any_value(frame, column, value):
    changed = frame.copy()
    changed.loc[0, column] = value
    assert store.content_hash(changed, keys=KEYS) != store.content_hash(frame, keys=KEYS)


def test_the_content_hash_feels_names_and_types(frame):
    known = store.content_hash(frame, keys=KEYS)
    assert store.content_hash(frame.rename(columns={"usd": "eur"}), keys=KEYS) != known
    assert store.content_hash(frame.astype({"year": "float64"}), keys=KEYS) != known


def test_the_content_hash_knows_one_nan_and_one_zero():
    plain = pd.DataFrame({"year": [1, 2], "usd": [float("nan"), 0.0]})
    computed = pd.DataFrame({"year": [1, 2], "usd": [-float("nan"), -0.0]})
    assert store.content_hash(plain, keys=["year"]) == store.content_hash(computed, keys=["year"])
