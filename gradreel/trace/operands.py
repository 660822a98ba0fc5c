"""The operands of an operation as the source has them. Runs only in the child."""

from __future__ import annotations

import ast
from types import FrameType, ModuleType
from typing import Any

import torch

from gradreel.trace.signs import SYMBOLS


def symbol(node: ast.AST | None, name: str) -> str:
    """`@` for `X @ W`, `-=` for `W -= g`, `[]` for `x[0]`, "" for a call."""
    match node:
        case ast.BinOp(op=operator) | ast.UnaryOp(op=operator):
            return SYMBOLS.get(type(operator), "")
        case ast.AugAssign(op=operator):
            return SYMBOLS[type(operator)] + "="
        case ast.Compare(ops=[operator]):
            return SYMBOLS.get(type(operator), "")
        case ast.Subscript():
            return "[]=" if isinstance(node.ctx, ast.Store) else "[]"
        case ast.Call(func=ast.Name(id="sum")) if name == "add":
            return "+"  # Python's own sum() adds
        case _:
            return ""


def operands_of(node: ast.AST | None, frame: FrameType) -> list[ast.AST | None]:
    """The operands in the order of the source, the object of a method first."""
    match node:
        case ast.BinOp(left=left, right=right):
            return [left, right]
        case ast.AugAssign(target=target, value=value):
            return [target, value]
        case ast.UnaryOp(operand=operand):
            return [operand]
        case ast.Compare(left=left, comparators=others):
            return [left, *others]
        case ast.Subscript(value=value, slice=index):
            return [value, index]
        case ast.Call(func=ast.Attribute(value=owner), args=args):
            return list(args) if _is_module(owner, frame) else [owner, *args]
        case ast.Call(args=args):
            return list(args)
        case _:
            return []


def _is_module(owner: ast.expr, frame: FrameType) -> bool:
    """Whether `owner` is `torch`, `F` or something in it."""
    if isinstance(owner, ast.Attribute):
        return _is_module(owner.value, frame)
    return isinstance(_known(owner, frame), ModuleType)


def swapped(node: ast.BinOp, values: list[Any], frame: FrameType) -> bool:
    """Whether torch was given `2 * x` as (x, 2). Only a tensor and a number can be swapped."""
    if not isinstance(values[0], torch.Tensor) or isinstance(values[1], torch.Tensor):
        return False
    left, right = _known(node.left, frame), _known(node.right, frame)
    if left is not None:
        return not isinstance(left, torch.Tensor)
    return isinstance(right, torch.Tensor)


def _known(node: ast.expr, frame: FrameType) -> Any:
    """The value of a literal or a variable; None for anything that would have to be computed."""
    if isinstance(node, ast.UnaryOp):
        return _known(node.operand, frame)
    if isinstance(node, ast.Constant):
        return node.value
    if isinstance(node, ast.Name):
        return frame.f_locals.get(node.id, frame.f_globals.get(node.id))
    return None
