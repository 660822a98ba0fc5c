"""The snippet as text: its statements, and where a position of the bytecode lies in the source.

CPython counts columns in UTF-8 bytes; everything that leaves this file counts characters.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cached_property
from types import CodeType

from gradreel.trace.model import Span, Statement

# line, end line, column, end column as `code.co_positions()` gives them
Position = tuple[int | None, int | None, int | None, int | None]
Point = tuple[int, int]

_BODIES = ("body", "orelse", "finalbody", "handlers", "cases", "decorator_list")


class Source:
    """A parsed snippet. Raises SyntaxError (or ValueError for NUL bytes) as `compile` does."""

    def __init__(self, text: str, filename: str) -> None:
        self.text = text
        self.lines = re.split(r"\r\n|\r|\n", text)
        self.code: CodeType = compile(text, filename, "exec", dont_inherit=True)
        self.tree = ast.parse(text)
        self.nodes: list[ast.stmt] = []
        self._spans: list[tuple[Point, Point]] = []  # bytes
        self._parents: list[int | None] = []
        self._depths: list[int] = []
        self._loops: list[tuple[int, ...]] = []
        self._number: dict[int, int] = {}  # id of a node, which `tree` keeps alive
        self._collect(self.tree, None, 0, ())
        self._at: dict[CodeType, list[int | None]] = {}

    @cached_property
    def statements(self) -> tuple[Statement, ...]:
        """Every statement in source order, with characters for columns."""
        return tuple(
            Statement(
                number,
                type(node).__name__,
                self._span(*self._spans[number]),
                self._span(self._spans[number][0], self._header_end(node)),
                self._parents[number],
                self._depths[number],
            )
            for number, node in enumerate(self.nodes)
        )

    def loops(self, statement: int) -> tuple[int, ...]:
        """The loops of the same function that repeat `statement`, outermost first."""
        return self._loops[statement]

    def opens(self, loop: int) -> int:
        """The first statement of a loop's body."""
        return self._number[id(self.nodes[loop].body[0])]  # type: ignore[attr-defined]

    def statements_of(self, code: CodeType) -> list[int | None]:
        """For each code unit of `code` the statement it belongs to; None for artificial ones."""
        if code not in self._at:
            memo: dict[Point, int | None] = {}
            self._at[code] = [
                self._innermost((line, column), memo)
                if line is not None and column is not None
                else None
                for line, _, column, _ in code.co_positions()
            ]
        return self._at[code]

    def span(self, position: Position) -> Span | None:
        """The source of a bytecode position, widened to the whole call of a method chain."""
        line, end_line, column, end_column = position
        if line is None or end_line is None or column is None or end_column is None or not line:
            return None
        start, end = (line, column), (end_line, end_column)
        node = self.expression(position)
        if isinstance(node, ast.Call):  # `.sum()` on its own line starts there, not at its object
            start = (node.lineno, node.col_offset)
        elif (start, end) in self._spans:  # a `for` that fetches its next item is all of the loop
            end = self._header_end(self.nodes[self._spans.index((start, end))])
        return self._span(start, end)

    def expression(self, position: Position) -> ast.AST | None:
        """The ast node that a bytecode position stands for, if there is one."""
        line, end_line, column, end_column = position
        exact = self._by_span.get((line, column, end_line, end_column))
        call = self._calls_by_end.get((end_line, end_column))
        if exact is not None or call is None or line is None or column is None:
            return exact
        return call if (call.lineno, call.col_offset) <= (line, column) else None

    def cut(self, span: Span) -> str:
        """The text of a span; lines of it joined by newlines."""
        if span.line == span.end_line:
            return self.lines[span.line - 1][span.col : span.end_col]
        first = self.lines[span.line - 1][span.col :]
        last = self.lines[span.end_line - 1][: span.end_col]
        return "\n".join([first, *self.lines[span.line : span.end_line - 1], last])

    @cached_property
    def _by_span(self) -> dict[tuple[int | None, ...], ast.AST]:
        found: dict[tuple[int | None, ...], ast.AST] = {}
        for node in ast.walk(self.tree):  # outer nodes come first: `x + 1` the expression wins
            if isinstance(node, ast.expr | ast.AugAssign):
                key = (node.lineno, node.col_offset, node.end_lineno, node.end_col_offset)
                found.setdefault(key, node)
        return found

    @cached_property
    def _calls_by_end(self) -> dict[tuple[int | None, int | None], ast.Call]:
        calls: dict[tuple[int | None, int | None], ast.Call] = {}
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Call):
                calls.setdefault((node.end_lineno, node.end_col_offset), node)
        return calls

    def _collect(
        self, node: ast.AST, parent: int | None, depth: int, loops: tuple[int, ...]
    ) -> None:
        for child in _suite(node):
            repeated = loops
            if isinstance(node, ast.For | ast.While) and parent is not None and child in node.body:
                repeated = (*loops, parent)
            if isinstance(child, ast.stmt):
                number = len(self.nodes)
                self._number[id(child)] = number
                self.nodes.append(child)
                self._spans.append((_start(child), _end(child)))
                self._parents.append(parent)
                self._depths.append(depth)
                self._loops.append(repeated)
                new = isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)
                self._collect(child, number, depth + 1, () if new else repeated)
            else:  # an except handler or a case
                self._collect(child, parent, depth, repeated)

    def _innermost(self, point: Point, memo: dict[Point, int | None]) -> int | None:
        if point not in memo:
            memo[point] = None
            for number, (start, end) in enumerate(self._spans):
                if start <= point < end:
                    memo[point] = number  # a later one that holds the point lies inside
        return memo[point]

    def _header_end(self, node: ast.stmt) -> Point:
        """Just after the colon of a compound statement, else the end of the statement."""
        if not any(_suite(node)):
            return _end(node)
        heads = [
            _end(part)
            for name, field in ast.iter_fields(node)
            if name not in _BODIES
            for item in (field if isinstance(field, list) else [field])
            if isinstance(item, ast.AST)
            for part in ast.walk(item)
            if isinstance(part, ast.expr | ast.arg)
        ]
        line, column = max([(node.lineno, node.col_offset), *heads])
        while line <= len(self.lines):
            colon = self.lines[line - 1].encode().find(b":", column)
            if colon >= 0:
                return line, colon + 1
            line, column = line + 1, 0
        return _end(node)

    def _span(self, start: Point, end: Point) -> Span:
        return Span(start[0], self._characters(*start), end[0], self._characters(*end))

    def _characters(self, line: int, column: int) -> int:
        text = self.lines[line - 1]
        if text.isascii():
            return column
        return len(text.encode()[:column].decode(errors="ignore"))


def own_nodes(statement: ast.stmt) -> Iterator[ast.AST]:
    """The nodes of a statement itself, without the statements inside it."""
    todo: list[ast.AST] = [statement]
    while todo:
        node = todo.pop()
        yield node
        inside = {id(child) for child in _suite(node)}
        todo += [child for child in ast.iter_child_nodes(node) if id(child) not in inside]


def _suite(node: ast.AST) -> Iterator[ast.AST]:
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.stmt | ast.ExceptHandler | ast.match_case):
            yield child


def _start(node: ast.stmt) -> Point:
    decorators: list[ast.expr] = getattr(node, "decorator_list", [])
    first = min(((d.lineno, d.col_offset - 1) for d in decorators), default=None)
    return min(first, (node.lineno, node.col_offset)) if first else (node.lineno, node.col_offset)


def _end(node: ast.AST) -> Point:
    end: Point = (node.end_lineno, node.end_col_offset)  # type: ignore[attr-defined]
    return end
