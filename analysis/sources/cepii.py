"""CEPII: distances between countries and the ties of language, border and colony."""

from __future__ import annotations

import pandas as pd

from analysis.sources.source import RawStore, Source

GEODIST = Source(
    key="cepii_geodist",
    producer="Centre d'études prospectives et d'informations internationales (CEPII)",
    title="GeoDist: bilateral distances",
    citation=(
        "Mayer, Thierry and Soledad Zignago. 2011. Notes on CEPII's distances measures: the GeoDist"
        " database. CEPII Working Paper 2011-25."
    ),
    url="http://www.cepii.fr/CEPII/en/bdd_modele/bdd_modele_item.asp?id=6",
    licence="free to use with citation",
    units="kilometres; yes or no",
    basis=(
        "great-circle distances; distw averages the distances of city pairs, weighted by population"
    ),
    served_by="github.com/pachadotdev/cepiigeodist @ 534f171",
    traps=(
        "Sudan is whole, and Serbia and Montenegro stand as one country (SCG here)",
        "the distance of a country from itself is not zero",
    ),
)


def read_distances(raw: RawStore) -> pd.DataFrame:
    """Ordered pairs of countries, CEPII's own codes."""
    columns = ("iso_o", "iso_d", "contig", "comlang_off", "colony", "comcol", "dist", "distw")
    return raw.parquet("cepii/cepii_dist_cepii.parquet", columns=columns)[list(columns)]
