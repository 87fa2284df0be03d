"""A raw store of small true-to-format files, which a test then damages."""

from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

from analysis.sources.source import RawStore

Files = dict[str, pd.DataFrame]


def rollcalls(*rows: tuple[int, str]) -> pd.DataFrame:
    """Roll calls (number, day) with every column of the publisher."""
    text = "title descr importantvote amend para issues session_label agenda committee subjects"
    return pd.DataFrame(
        [
            {
                "rcid": float(number),
                "session": 40.0,
                "date": pd.Timestamp(day),
                "unres": f"A/RES/40/{number}",
                **dict.fromkeys(text.split()),
                "src": "unvotes",
                "n_yes": None,
                "n_no": None,
                "n_abs": None,
            }
            for number, day in rows
        ]
    )


def directed(*rows: tuple[int, int, int, int]) -> pd.DataFrame:
    """Dyadic MID rows (dispute, code, other code, year) in both directions, a use of force without
    deaths."""
    columns = {
        "dyindex": 1.0,
        "strtmnth": 3,
        "endmnth": 4,
        "outcome": 5,
        "fatlev": 0,
        "highact": 18,
        "hihost": 4,
        "recip": 1,
        "war": 0,
        "revtypea": 1,
        "revtypeb": 0,
    }
    return pd.DataFrame(
        [
            {
                "disno": dispute,
                "statea": a,
                "stateb": b,
                "strtyr": year,
                "endyear": year,
                "year": year,
                **columns,
            }
            for dispute, one, other, year in rows
            for a, b in ((one, other), (other, one))
        ]
    )


def sound() -> Files:
    """The smallest raw store from which votes, disputes, alliances, patrols, cases and polls can be
    built."""
    pairs = [(365.0, 710.0), (710.0, 365.0)]
    url = "https://example.org/report"
    return {
        "unga/unga_rollcalls_1946_2026.parquet": rollcalls((1, "1985-11-01"), (2, "1985-11-02")),
        "unga/unga_votes_1946_2026.parquet": pd.DataFrame(
            {"rcid": [1, 1, 2, 2], "iso3": ["RUS", "CHN", "RUS", "YUG"], "vote": [1, 2, 3, 1]}
        ),
        "cow/dyadic_mid_4.02.csv": directed((349, 365, 710, 1969), (9999, 2, 710, 1950)),
        "peacesciencer/atop_alliance.parquet": pd.DataFrame(
            [
                {
                    "ccode1": a,
                    "ccode2": b,
                    "year": 1950.0,
                    "atop_defense": 1.0,
                    "atop_offense": 0.0,
                    "atop_neutral": 0.0,
                    "atop_nonagg": 0.0,
                    "atop_consul": 1.0,
                }
                for a, b in pairs
            ]
        ),
        "press/joint_bomber_patrols.csv": pd.DataFrame(
            {
                "n": [1, 2],
                "start_date": ["2019-07-23", "2020-12-22"],
                "end_date": ["2019-07-23", "2020-12-22"],
                "area": "Sea of Japan",
                "russian_aircraft": "2 Tu-95",
                "chinese_aircraft": "2 H-6",
                "note": "",
                "source_url": url,
                "source_url_2": "",
            }
        ),
        "press/chinese_coercion_cases.csv": pd.DataFrame(
            {
                "list": "Hitchings 2020",
                "target": ["Norway", "Taiwan"],
                "year": ["2010", "2010;2015"],
                "trigger": ["prize", "arms"],
                "source_url": url,
            }
        ),
        "press/pew_favorability_by_country_year.csv": pd.DataFrame(
            {
                "sta": ["USA", "PLS"],
                "wav": ["2012.0", "2013.0"],
                "about": "CHN",
                "fav_pct": ["40.8", "50"],
                "suspect": "False",
            }
        ),
        "sipri/sipri_russia_to_china_tiv_by_year.csv": pd.DataFrame(
            {
                "year": [1992, 2000],
                "tiv_evensplit": [1007.5, 2928.48],
                "china_imports_evensplit": [1223.89, 3243.1],
                "russia_exports_total_evensplit": [2573.88, 5420.01],
                "tiv_exact_2000_2023": ["", "2205.0"],
                "china_imports_exact": ["", "2491.3"],
            }
        ),
    }


@pytest.fixture
def store(tmp_path: Path) -> Callable[..., RawStore]:
    """A function that writes the sound files, with those given as keywords of their path put in
    their place."""

    def written(changed: Files | None = None) -> RawStore:
        for relative, frame in {**sound(), **(changed or {})}.items():
            path = tmp_path / relative
            path.parent.mkdir(parents=True, exist_ok=True)
            if path.suffix == ".parquet":
                frame.to_parquet(path)
            else:
                frame.to_csv(path, index=False)
        return RawStore(tmp_path)

    return written


@pytest.fixture(autouse=True)
def nothing_declared(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No corrections and no exceptions: those of the project concern its own raw files."""
    folder = tmp_path / "corrections"
    folder.mkdir()
    (folder / "corrections.csv").write_text("table,key,column,expect,set,reason,source\n")
    (folder / "exceptions.csv").write_text("table,lint,key,reason\n")
    monkeypatch.setattr("analysis.cleaning.corrections.FOLDER", folder)
