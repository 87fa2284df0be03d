"""Opinion polls: single figures from the press, and Pew's country-years."""

from __future__ import annotations

import pandas as pd

from analysis.sources.source import RawStore, Source

POLLS = Source(
    key="polls",
    producer="VCIOM, Levada, FOM, CEIAS, Tsinghua University CISS, as reported by the press",
    title="What Russians and Chinese say of each other, 2005-2024",
    citation=(
        "Polls of VCIOM, Levada Center, FOM, CEIAS and the Center for International Security and"
        " Strategy of Tsinghua University, as reported; each row carries its address."
    ),
    url="https://www.levada.ru/en/",
    licence="facts; each report keeps its own terms",
    units="percent of respondents",
    basis="questions differ between pollsters: compare within a pollster and a question only",
    served_by="press excerpts collected by hand, one address per row",
    traps=("polls in both countries since 2022 are taken under pressure on speech",),
)
PEW = Source(
    key="pew",
    producer="Pew Research Center",
    title="Global Attitudes: favourable views of China, Russia and the United States, 2002-2023",
    citation=(
        "Pew Research Center. Global Attitudes Surveys, 2002-2023. The Center bears no"
        " responsibility for the analyses or interpretations presented here."
    ),
    url="https://www.pewresearch.org/",
    licence="Pew terms of use: country-year shares only, never the respondents' records",
    units="percent of respondents",
    basis="very or somewhat favourable",
    served_by="country-year shares to one decimal, carried without an address",
    traps=("the United States on China in 2013 (84.4) is an error of the file and left out",),
)


def read_polls(raw: RawStore) -> pd.DataFrame:
    """Single poll figures (text)."""
    columns = ("pollster", "country_polled", "about", "date", "measure", "value_pct", "source_url")
    return raw.csv("press/opinion_polls.csv", columns=columns)


def read_pew(raw: RawStore) -> pd.DataFrame:
    """Favourable share by country polled, year and country asked about (text)."""
    columns = ("sta", "wav", "about", "fav_pct", "suspect")
    return raw.csv("press/pew_favorability_by_country_year.csv", columns=columns)[list(columns)]
