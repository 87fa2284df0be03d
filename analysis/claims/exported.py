"""A claim's rule and figures as plain data, from which a page applies the same rule."""

from __future__ import annotations

import ast
import inspect
from collections.abc import Mapping
from typing import Any

from analysis.claims.ledger import Claim, Sentence
from analysis.claims.measured import Evidence, Figures, measured
from analysis.claims.own import bounds, is_whole, turns
from analysis.claims.rules import Condition
from analysis.sentences import filled, gaps

SIGNS = {
    ast.Lt: "<",
    ast.LtE: "<=",
    ast.Gt: ">",
    ast.GtE: ">=",
    ast.Eq: "==",
    ast.NotEq: "!=",
    ast.Is: "==",
    ast.IsNot: "!=",
    ast.Add: "+",
    ast.Sub: "-",
    ast.Mult: "*",
    ast.Div: "/",
}


def exported(this: Claim, evidence: Evidence) -> dict[str, Any]:
    """What a page needs to judge a claim by a reader's thresholds or by another reading.

    Parameters
    ----------
    this, evidence : Claim, function

    Returns
    -------
    dict with claim, labels (list of label and condition as nested lists), thresholds (name to
    value, lowest, highest, whole), fixed (thresholds on which the measured figures depend, which a
    page cannot move), turns (of those that it can, the nearest value at which the label is another,
    and that label) and figures (name of each reading, the ledger's own first as '', to sentence
    and the values that the conditions ask for). Only thresholds that a condition names can move.
    """
    asked = {name for rule in this.labels.values() for name in rule.names}
    main = measured(this, evidence, {})
    turned = turns(this, main)
    fixed = [name for name in this.thresholds if _decides(this, evidence, name, main, turned)]
    movable = [name for name in this.thresholds if name in asked and name not in fixed]
    readings = {
        filled(name, main): measured(this, evidence, options)
        for name, (kind, options) in this.readings.items()
        if not set(options) & set(movable)
    }
    readings |= {name: Figures(main, own) for name, own in main.get("readings", {}).items()}
    sentences = [("", main, this.measured), *((k, v, this.reading) for k, v in readings.items())]
    return {
        "claim": this.id,
        "labels": [[label, tree(rule)] for label, rule in this.labels.items()],
        "thresholds": {name: _scale(this, name) for name in movable},
        "fixed": fixed,
        "turns": {name: list(turned[name]) for name in movable if name in turned},
        "figures": {
            name: {
                "said": _said(sentence, figures, set(movable)),
                "values": {each: _plain(figures[each]) for each in sorted(asked - set(movable))},
            }
            for name, figures, sentence in sentences
        },
    }


def _decides(
    this: Claim, evidence: Evidence, name: str, main: Figures, turned: Mapping[str, Any]
) -> bool:
    """Whether figures that the conditions ask for depend on a threshold, seen where it turns the
    label; a threshold that no condition names and the measurement takes can only act through them.
    """
    if name not in inspect.signature(evidence).parameters:
        return False
    asked = {each for rule in this.labels.values() for each in rule.names}
    if name not in asked or name not in turned:
        return True
    other = measured(this, evidence, {name: turned[name][0]})
    return any(_plain(other[each]) != _plain(main[each]) for each in asked - {name})


def _scale(this: Claim, name: str) -> dict[str, Any]:
    lowest, highest = (None if abs(end) == float("inf") else end for end in bounds(name))
    value, whole = this.thresholds[name], is_whole(this, name)
    return {"value": value, "lowest": lowest, "highest": highest, "whole": whole}


def _said(sentence: Sentence, figures: Mapping[str, Any], movable: set[str]) -> list[Any]:
    """Each choice of a sentence with its condition, gaps filled but for movable thresholds."""
    said = []
    for rule, text in sentence.choices:
        open_gaps = {name: _Gap(name) for name in gaps(text) & movable}
        said.append([tree(rule), filled(text, {**_needed(figures, gaps(text)), **open_gaps})])
        if not rule.names & movable and rule.met(figures):
            break
    return said


def _needed(figures: Mapping[str, Any], names: set[str]) -> dict[str, Any]:
    return {name: figures[name] for name in names}


class _Gap:
    """A gap that stays open, its format kept."""

    def __init__(self, name: str) -> None:
        self.name = name

    def __format__(self, spec: str) -> str:
        return f"{{{self.name}:{spec}}}"


def _plain(value: Any) -> Any:
    """A figure as JSON holds it."""
    if value is None or isinstance(value, bool | str):
        return value
    if hasattr(value, "item"):
        return value.item()
    if isinstance(value, int | float):
        return value
    return [_plain(part) for part in value]


def tree(rule: Condition) -> list[Any]:
    """A condition as nested lists: an operation's name, then what it is applied to."""
    return _node(rule.tree)


def _node(node: ast.expr) -> list[Any]:
    match node:
        case ast.Constant(value=value):
            return ["value", value]
        case ast.Name(id=name):
            return ["name", name]
        case ast.BoolOp(op=op, values=parts):
            return ["and" if isinstance(op, ast.And) else "or", *map(_node, parts)]
        case ast.UnaryOp(op=op, operand=part):
            return ["not" if isinstance(op, ast.Not) else "minus", _node(part)]
        case ast.BinOp(left=left, op=op, right=right):
            return [SIGNS[type(op)], _node(left), _node(right)]
        case ast.Compare(left=left, ops=ops, comparators=others):
            signs = [SIGNS[type(op)] for op in ops]
            return ["compare", signs, *map(_node, [left, *others])]
        case ast.Call(func=ast.Name(id=name), args=parts):
            return ["call", name, *map(_node, parts)]
        case ast.GeneratorExp(elt=each, generators=[loop]):
            tests = list(map(_node, loop.ifs))
            return ["each", _node(each), ast.unparse(loop.target), _node(loop.iter), *tests]
    raise AssertionError(f"{ast.unparse(node)} was let through")
