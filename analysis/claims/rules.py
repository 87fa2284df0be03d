"""Conditions of the ledger: comparisons of named figures, read once into nested lists.

A condition may name figures and numbers, compare, count and combine them, and call the functions of
``CALLS``. Nothing else is understood, so that a rule can be followed with pencil and paper. What is
read is what is run, and what a page of the book gets to apply the same rule.
"""

import ast
import operator
import random
from collections import ChainMap
from collections.abc import Callable, Iterator, Mapping, MutableMapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

CALLS: dict[str, Callable[..., Any]] = {f.__name__: f for f in (all, any, sum, min, max, len, abs)}
OPERATIONS: dict[str, Callable[[Any, Any], Any]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
    "==": operator.eq,
    "!=": operator.ne,
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": operator.truediv,
}
_NODES = (ast.Lt, ast.LtE, ast.Gt, ast.GtE, ast.Eq, ast.NotEq, ast.Add, ast.Sub, ast.Mult, ast.Div)
SIGNS: dict[type[ast.AST], str] = dict(zip(_NODES, OPERATIONS, strict=True))
SIGNS |= {ast.Is: "==", ast.IsNot: "!="}
UNDERSTOOD = f"names, numbers, comparisons, + - * /, and, or, not, {', '.join(CALLS)}"
OTHERWISE = "otherwise"
"""The condition of the last label, which leaves no case open."""
MOST_TRIALS = 20_000
"""Draws of figures before a label is said to be out of reach; most need a few dozen."""
Tree = list[Any]
"""A part of a condition: an operation's name, then what it is applied to."""


class Figures(dict[str, Any]):
    """Figures by name; one that is a function is asked once, when it is first needed."""

    def __getitem__(self, name: str) -> Any:
        value = super().__getitem__(name)
        if callable(value):
            value = self[name] = value()
        return value


@dataclass(frozen=True, slots=True)
class Condition:
    """One condition: its text, what it is read as, and the names of figures that it asks for."""

    text: str
    tree: Tree
    names: frozenset[str]

    def met(self, figures: MutableMapping[str, Any]) -> bool:
        """Whether the figures meet it; a figure is asked for only where it can decide."""
        return bool(_value(self.tree, figures))


def condition(text: str) -> Condition:
    """Read a condition; ValueError names the part that does not parse or may not be there."""
    try:
        read = _read(ast.parse("True" if text == OTHERWISE else text, mode="eval").body)
    except SyntaxError as problem:
        fault = f"'{text}' cannot be read ({problem.msg}); allowed are {UNDERSTOOD}"
        raise ValueError(fault) from None
    except ValueError as problem:
        raise ValueError(f"'{text}' uses {problem}") from None
    named = {part[1] for part in _parts(read) if part[0] == "name"}
    members = {part[2] for part in _parts(read) if part[0] == "each"}
    return Condition(text, read, frozenset(named - members))


def _read(node: ast.AST) -> Tree:
    """A part of a condition as nested lists; ValueError where it is not understood."""
    match node:
        case ast.Constant(value=None | int() | float() as constant):
            return ["value", constant]
        case ast.Name(id=name) if name in CALLS:
            raise ValueError(f"{name} without brackets; it is a function")
        case ast.Name(id=name):
            return ["name", name]
        case ast.BoolOp(op=op, values=parts):
            return ["and" if isinstance(op, ast.And) else "or", *map(_read, parts)]
        case ast.UnaryOp(op=ast.Not() | ast.USub() as op, operand=part):
            return ["not" if isinstance(op, ast.Not) else "minus", _read(part)]
        case ast.BinOp(left=left, op=op, right=right) if type(op) in SIGNS:
            return [SIGNS[type(op)], _read(left), _read(right)]
        case ast.Compare(left=left, ops=ops, comparators=others) if {*map(type, ops)} <= {*SIGNS}:
            return ["compare", [SIGNS[type(op)] for op in ops], *map(_read, [left, *others])]
        case ast.Call(func=ast.Name(id=name), args=parts, keywords=[]) if name in CALLS:
            return ["call", name, *map(_read, parts)]
        case ast.GeneratorExp(
            elt=each, generators=[ast.comprehension(ast.Name(id=name), source, tests, is_async=0)]
        ):
            return ["each", _read(each), name, _read(source), *map(_read, tests)]
    raise ValueError(f"'{ast.unparse(node)}'; allowed are {UNDERSTOOD}")


def _parts(tree: Tree) -> Iterator[Tree]:
    """A condition and every part of it."""
    yield tree
    for part in tree:
        if isinstance(part, list):
            yield from _parts(part)


def _value(tree: Tree, figures: MutableMapping[str, Any]) -> Any:
    """What a part of a condition comes to."""
    match tree:
        case ["value", constant]:
            return constant
        case ["name", name]:
            return figures[name]
        case ["and", *parts]:
            return all(_value(part, figures) for part in parts)
        case ["or", *parts]:
            return any(_value(part, figures) for part in parts)
        case ["not", part]:
            return not _value(part, figures)
        case ["minus", part]:
            return -_value(part, figures)
        case ["compare", signs, *parts]:
            steps = pairwise([_value(part, figures) for part in parts])
            return all(OPERATIONS[sign](*step) for sign, step in zip(signs, steps, strict=True))
        case ["call", name, *parts]:
            return CALLS[name](*(_value(part, figures) for part in parts))
        case ["each", each, name, source, *tests]:
            inner = (ChainMap({name: member}, figures) for member in _value(source, figures))
            return (_value(each, one) for one in inner if all(_value(t, one) for t in tests))
    sign, left, right = tree
    return OPERATIONS[sign](_value(left, figures), _value(right, figures))


Labels = Mapping[str, Condition]


def label_of(labels: Labels, figures: MutableMapping[str, Any]) -> str:
    """The first label whose condition is met."""
    return next(name for name, rule in labels.items() if rule.met(figures))


def out_of_reach(labels: Labels, thresholds: Mapping[str, Any]) -> list[str]:
    """Labels that no figures were seen to lead to, with the thresholds as they are.

    Each figure is drawn again and again from both sides of every number and threshold that the
    conditions hold, from truth values, from nothing, and from lists of such numbers. The draws are
    the same at each reading of the ledger.
    """
    values = _trial_values(labels, thresholds)
    draw, wanted = random.Random(0), dict.fromkeys(labels)
    for _ in range(MOST_TRIALS):
        figures = {**thresholds, **{name: draw.choice(choices) for name, choices in values.items()}}
        try:
            wanted.pop(label_of(labels, figures), None)
        except (TypeError, ValueError, ZeroDivisionError):
            continue  # such figures cannot be compared, and evidence would not give them
        if not wanted:
            break
    return list(wanted)


def _trial_values(labels: Labels, thresholds: Mapping[str, Any]) -> dict[str, list[Any]]:
    """Values to try for each name, in lists of three where it is gone through or handed on."""
    parts = [part for rule in labels.values() for part in _parts(rule.tree)]
    constants = [part[1] for part in parts if part[0] == "value"]
    numbers = {float(n) for n in constants if isinstance(n, int | float) and n is not True}
    numbers |= {0.0, *map(float, thresholds.values())}
    around = sorted({number + step for number in numbers for step in (-0.01, 0.0, 0.01)})
    sources = [part[3] for part in parts if part[0] == "each"]
    sources += [part[2] for part in parts if part[0] == "call"]
    listed = {source[1] for source in sources if source[0] == "name"}
    lists = [[low, high, high] for low in around for high in (low, around[0], around[-1])]
    names = sorted(set().union(*(rule.names for rule in labels.values())) - set(thresholds))
    return {name: lists if name in listed else [*around, False, True, None] for name in names}
