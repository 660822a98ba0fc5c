"""The short sign of an operation, from the text the user wrote: `+ 1`, `**2`, `@`, `sigmoid`."""

from __future__ import annotations

import ast
import warnings

SYMBOLS: dict[type[ast.AST], str] = {
    ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.Div: "/", ast.MatMult: "@", ast.Pow: "**",
    ast.FloorDiv: "//", ast.Mod: "%", ast.BitAnd: "&", ast.BitOr: "|", ast.BitXor: "^",
    ast.LShift: "<<", ast.RShift: ">>", ast.USub: "-", ast.UAdd: "+", ast.Invert: "~",
    ast.Lt: "<", ast.LtE: "<=", ast.Gt: ">", ast.GtE: ">=", ast.Eq: "==", ast.NotEq: "!=",
}  # fmt: skip
_PRINTED = {"*": "×", "<=": "≤", ">=": "≥", "==": "=", "!=": "≠"}


def sign_of(text: str, label: str) -> str:
    """The sign of the expression or assignment `text`; `label` for a call of something named so.

    Literals belong to the sign, in the order of the source (`2 ×`, `× 2`); variables do not.
    """
    match _parse(text):
        case ast.BinOp(left=left, op=operator, right=right):
            return _between(_literal(left), _printed(operator), _literal(right))
        case ast.AugAssign(op=operator, value=value):
            return _between("", _printed(operator) + "=", _literal(value))
        case ast.UnaryOp(op=operator):
            return _printed(operator, label)
        case ast.Compare(left=left, ops=[operator], comparators=[right]):
            return _between(_literal(left), _printed(operator, label), _literal(right))
        case ast.Subscript(value=value) as item:
            index = ast.unparse(item).removeprefix(ast.unparse(value))
            return f"{index} =" if label.endswith("=") else index
        case ast.Attribute(attr=name):
            return f".{name}"
        case _:
            return label


def named_operands(text: str) -> frozenset[str]:
    """The variables that are direct operands of `text`: `target` in `y - target`."""
    match _parse(text):
        case ast.BinOp(left=left, right=right):
            operands = [left, right]
        case ast.Compare(left=left, comparators=[right]):
            operands = [left, right]
        case ast.AugAssign(value=value):
            operands = [value]
        case _:
            return frozenset()
    variables = (node for node in operands if isinstance(node, ast.Name | ast.Attribute))
    return frozenset(ast.unparse(node) for node in variables)


def _printed(operator: ast.AST, otherwise: str = "") -> str:
    symbol = SYMBOLS.get(type(operator), otherwise)
    return _PRINTED.get(symbol, symbol)


def _between(left: str, symbol: str, right: str) -> str:
    space = "" if symbol == "**" else " "
    return space.join(part for part in (left, symbol, right) if part)


def _literal(node: ast.expr) -> str:
    inner = node.operand if isinstance(node, ast.UnaryOp) else node
    return ast.unparse(node) if isinstance(inner, ast.Constant) else ""


def _parse(text: str) -> ast.AST | None:
    """The expression, or the assignment if it is one."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            return ast.parse(f"({text}\n)", mode="eval").body
        except SyntaxError:
            pass
        try:
            return ast.parse(text).body[0]
        except (SyntaxError, IndexError):
            return None
