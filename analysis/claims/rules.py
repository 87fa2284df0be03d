"""Conditions of the ledger: comparisons of named figures, read by walking their syntax tree.

A condition may name figures and numbers, compare, count and combine them, and call the functions of
``CALLS``. Nothing else is understood, so that a rule can be followed with pencil and paper.
"""

from __future__ import annotations

import ast
import itertools
import operator
import random
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

CALLS: dict[str, Callable[..., Any]] = {
    "all": all,
    "any": any,
    "sum": sum,
    "min": min,
    "max": max,
    "len": len,
    "abs": abs,
}
COMPARISONS: dict[type[ast.cmpop], Callable[[Any, Any], bool]] = {
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
    ast.Is: operator.is_,
    ast.IsNot: operator.is_not,
}
ARITHMETIC: dict[type[ast.operator], Callable[[Any, Any], Any]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
}
UNDERSTOOD = f"names, numbers, comparisons, + - * /, and, or, not, {', '.join(CALLS)}"
OTHERWISE = "otherwise"
"""The condition of the last label, which leaves no case open."""
MOST_TRIALS = 20_000
"""Draws of figures before a label is said to be out of reach; most need a few dozen."""


@dataclass(frozen=True, slots=True)
class Condition:
    """One condition: its text, its syntax tree, and the names that it asks for."""

    text: str
    tree: ast.expr
    names: frozenset[str]

    def met(self, figures: Mapping[str, Any]) -> bool:
        """Whether the figures meet it; a figure is asked for only where it can decide."""
        return bool(_value(self.tree, figures))


def condition(text: str) -> Condition:
    """Read a condition.

    Raises
    ------
    ValueError
        If it does not parse or uses what a condition may not; the message names the part.
    """
    if text == OTHERWISE:
        return Condition(text, ast.Constant(True), frozenset())
    try:
        tree = ast.parse(str(text), mode="eval").body
    except SyntaxError as problem:
        raise ValueError(f"'{text}' cannot be read ({problem.msg})") from None
    refused = [ast.unparse(node) for node in ast.walk(tree) if not _understood(node)]
    if refused:
        raise ValueError(f"'{text}' uses '{refused[0]}'; allowed are {UNDERSTOOD}")
    names = [node for node in ast.walk(tree) if isinstance(node, ast.Name)]
    called = {id(node.func) for node in ast.walk(tree) if isinstance(node, ast.Call)}
    if bare := sorted({node.id for node in names if node.id in CALLS and id(node) not in called}):
        raise ValueError(f"'{text}' uses {bare[0]} without brackets; it is a function")
    bound = {node.id for node in names if isinstance(node.ctx, ast.Store)}
    return Condition(text, tree, frozenset({node.id for node in names} - bound - set(CALLS)))


def _understood(node: ast.AST) -> bool:
    if isinstance(node, ast.Call):
        return isinstance(node.func, ast.Name) and node.func.id in CALLS and not node.keywords
    if isinstance(node, ast.comprehension):
        return isinstance(node.target, ast.Name) and not node.is_async
    if isinstance(node, ast.Constant):
        return node.value is None or isinstance(node.value, int | float)
    if isinstance(node, ast.GeneratorExp):
        return len(node.generators) == 1
    plain = (ast.BoolOp, ast.boolop, ast.UnaryOp, ast.Not, ast.USub, ast.BinOp, ast.Compare)
    return isinstance(node, (*plain, ast.Name, ast.Load, ast.Store, *COMPARISONS, *ARITHMETIC))


def _value(node: ast.expr, figures: Mapping[str, Any]) -> Any:
    """What a part of a condition comes to."""
    match node:
        case ast.Constant(value=value):
            return value
        case ast.Name(id=name):
            return figures[name]
        case ast.BoolOp(op=ast.And()):
            return all(_value(part, figures) for part in node.values)
        case ast.BoolOp():
            return any(_value(part, figures) for part in node.values)
        case ast.UnaryOp(op=ast.Not()):
            return not _value(node.operand, figures)
        case ast.UnaryOp():
            return -_value(node.operand, figures)
        case ast.BinOp():
            left, right = _value(node.left, figures), _value(node.right, figures)
            return ARITHMETIC[type(node.op)](left, right)
        case ast.Compare():
            terms = [_value(part, figures) for part in (node.left, *node.comparators)]
            steps = zip(node.ops, itertools.pairwise(terms), strict=True)
            return all(COMPARISONS[type(op)](*pair) for op, pair in steps)
        case ast.Call(func=ast.Name(id=name)):
            return CALLS[name](*(_value(part, figures) for part in node.args))
        case ast.GeneratorExp():
            return _each(node, figures)
    raise AssertionError(f"{ast.unparse(node)} was let through")


class Inner(Mapping[str, Any]):
    """Figures with one name more, that of the member of a list which is looked at."""

    def __init__(self, figures: Mapping[str, Any], name: str, member: Any) -> None:
        self.figures, self.name, self.member = figures, name, member

    def __getitem__(self, name: str) -> Any:
        return self.member if name == self.name else self.figures[name]

    def __iter__(self) -> Iterator[str]:
        return iter({*self.figures, self.name})

    def __len__(self) -> int:
        return len({*self.figures, self.name})


def _each(node: ast.GeneratorExp, figures: Mapping[str, Any]) -> Iterator[Any]:
    """The values of a generator, one for each member of the list that pass its filters."""
    loop = node.generators[0]
    for member in _value(loop.iter, figures):
        inner = Inner(figures, ast.unparse(loop.target), member)
        if all(_value(test, inner) for test in loop.ifs):
            yield _value(node.elt, inner)


Labels = Mapping[str, Condition]


def label_of(labels: Labels, figures: Mapping[str, Any]) -> str:
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
    """Values to try for each name: lists of three for those that are looped over, else single
    ones.
    """
    nodes = [node for rule in labels.values() for node in ast.walk(rule.tree)]
    constants = [node.value for node in nodes if isinstance(node, ast.Constant)]
    numbers = {float(n) for n in constants if isinstance(n, int | float) and n is not True}
    numbers |= {0.0, *map(float, thresholds.values())}
    around = sorted({number + step for number in numbers for step in (-0.01, 0.0, 0.01)})
    listed = {ast.unparse(n.iter) for n in nodes if isinstance(n, ast.comprehension)}
    listed |= {ast.unparse(n.args[0]) for n in nodes if isinstance(n, ast.Call) and n.args}
    lists = [[low, high, high] for low in around for high in (low, around[0], around[-1])]
    names = sorted(set().union(*(rule.names for rule in labels.values())) - set(thresholds))
    return {name: lists if name in listed else [*around, False, True, None] for name in names}
