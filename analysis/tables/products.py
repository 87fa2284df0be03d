"""China and Russia by product: any chapters, headings or codes added up by year."""

import re
from collections.abc import Sequence
from typing import Any

import pandas as pd
from pandas.api.types import is_list_like

from analysis.errors import CoverageError, ParameterError, require_option
from analysis.tables import load

CODE = re.compile(r"([0-9]{2}){1,3}")


def product_trade(products: str | Sequence[str], *, exporter: str) -> pd.DataFrame:
    """What China ('CHN') or Russia ('RUS') sold to the other of some products, by year: reported_by
    ('RUS and CHN' to 2021, 'CHN' from 2022), value_usd_mn (current USD million, FOB),
    quantity_tonnes (of products that have a weight), weighed_pct (their part of the value).

    Products are codes of HS 2017 of two, four or six digits; what they share is counted once. A
    ParameterError names codes that are none; a CoverageError says that nothing was traded.
    """
    require_option("exporter", exporter, ["CHN", "RUS"])
    given: Any = products
    codes = list(given) if is_list_like(given) else [given]
    bad = [code for code in codes if not isinstance(code, str) or not CODE.fullmatch(code)]
    if bad or not codes:
        raise ParameterError(
            f"{bad or 'an empty list'} names no products",
            allowed="text of two, four or six digits, such as '87', '8703' or '010620'",
            do="write codes in quotation marks, with the leading zero",
        )
    trade = load("trade_by_product", exporter=exporter)
    rows = trade[trade.hs6.str.startswith(tuple(codes))]
    if rows.empty:
        raise CoverageError(
            f"{exporter} sold nothing of {', '.join(codes)} to the other in 2017-2023",
            allowed="codes of HS 2017; see load('trade_by_product').hs6",
            do="choose another code, or the chapter",
        )
    weighed = rows.value_usd_mn.where(rows.quantity_tonnes.notna(), 0.0)
    years = rows.assign(weighed=weighed).groupby(["year", "reported_by"])
    frame = years[["value_usd_mn", "quantity_tonnes", "weighed"]].sum().reset_index()
    frame["weighed_pct"] = 100 * frame.pop("weighed") / frame.value_usd_mn
    return frame
