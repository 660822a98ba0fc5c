"""Opens up a finished ONNX model: shows a tensor inside it, or lets us set one.

The models of voices decide how long each phoneme lasts and keep it to themselves. That number is
one tensor of the graph, and ONNX is protocol buffers, so a few bytes make it an output or an input.
Field numbers: https://github.com/onnx/onnx/blob/main/onnx/onnx.proto
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

# What a field holds, by message: ModelProto.graph; GraphProto.node, .input, .output;
# NodeProto.output, .op_type; ValueInfoProto.name, .type; TypeProto.tensor_type; Tensor.elem_type.
_GRAPH = 7
_NODE, _INPUT, _OUTPUT = 1, 11, 12
_MAKES, _OPERATION = 2, 4
_NAME, _TYPE = 1, 2
_TENSOR, _ELEMENT = 1, 1
_FLOAT32 = 1
_VARINT, _BYTES = 0, 2  # wire types
_SIZES = {1: 8, 5: 4}  # the other two, in bytes


def shown(model: bytes, tensor: str) -> bytes:
    """The model with `tensor` as its last output. Raises `LookupError` if no node makes it."""
    _find(model, tensor)
    if any(_has(output, _NAME, tensor) for output in _parts(model, _OUTPUT)):
        return model
    # A message may come in pieces, whose lists are joined: what is appended is merged.
    return model + _field(_GRAPH, _field(_OUTPUT, _field(_NAME, tensor.encode())))


def only(model: bytes, tensor: str) -> bytes:
    """The model with `tensor` as its one output, so that nothing after it is computed.

    Raises `LookupError` if no node makes it.
    """
    return shown(_without(model, lambda number, _: number == _OUTPUT), tensor)


def fed(model: bytes, tensor: str) -> bytes:
    """The model with `tensor` (float32) as its last input, in place of the node that makes it.

    Raises `LookupError` if no node makes it.
    """
    _find(model, tensor)
    cut = _without(model, lambda number, part: number == _NODE and _has(part, _MAKES, tensor))
    kind = _field(_TENSOR, _varint(_ELEMENT << 3 | _VARINT) + _varint(_FLOAT32))
    value_info = _field(_NAME, tensor.encode()) + _field(_TYPE, kind)
    return cut + _field(_GRAPH, _field(_INPUT, value_info))


def made_by(model: bytes, operation: str) -> list[str]:
    """The names of the tensors that nodes of an operation make, as `Ceil`."""
    return [
        name.decode()
        for node in _parts(model, _NODE)
        if _has(node, _OPERATION, operation)
        for number, name, _ in _fields(node)
        if number == _MAKES
    ]


def _find(model: bytes, tensor: str) -> None:
    if not any(_has(node, _MAKES, tensor) for node in _parts(model, _NODE)):
        raise LookupError(tensor)


def _without(model: bytes, unwanted: Callable[[int, bytes], bool]) -> bytes:
    """The model without some nodes, inputs or outputs of its graph."""
    kept = []
    for number, value, raw in _fields(model):
        if number == _GRAPH:
            parts = (bare for inner, part, bare in _fields(value) if not unwanted(inner, part))
            raw = _field(_GRAPH, b"".join(parts))
        kept.append(raw)
    return b"".join(kept)


def _parts(model: bytes, wanted: int) -> Iterator[bytes]:
    """The nodes, inputs or outputs of the graph."""
    for number, graph, _ in _fields(model):
        if number == _GRAPH:
            yield from (part for inner, part, _ in _fields(graph) if inner == wanted)


def _has(message: bytes, wanted: int, text: str) -> bool:
    return any(number == wanted and value == text.encode() for number, value, _ in _fields(message))


def _fields(message: bytes) -> Iterator[tuple[int, bytes, bytes]]:
    """(number, value, whole field) of each field; the value is empty if it is no bytes.

    Raises `ValueError` for what is no protocol buffer.
    """
    at = 0
    while at < len(message):
        begin = at
        key, at = _read_varint(message, at)
        value = b""
        wire = key & 7
        if wire == _VARINT:
            _, at = _read_varint(message, at)
        elif wire == _BYTES:
            size, at = _read_varint(message, at)
            value = message[at : at + size]
            at += size
        elif wire in _SIZES:
            at += _SIZES[wire]
        else:
            raise ValueError(f"no ONNX model: byte {begin}")
        if at > len(message):
            raise ValueError("no ONNX model: it is cut short")
        yield key >> 3, value, message[begin:at]


def _read_varint(message: bytes, at: int) -> tuple[int, int]:
    """The number that begins at a byte, and where it ends."""
    number = shift = 0
    while at < len(message):
        byte = message[at]
        number |= (byte & 0x7F) << shift
        shift, at = shift + 7, at + 1
        if byte < 0x80:
            return number, at
    raise ValueError("no ONNX model: it is cut short")


def _varint(number: int) -> bytes:
    encoded = b""
    while number >= 0x80:
        encoded += bytes([number & 0x7F | 0x80])
        number >>= 7
    return encoded + bytes([number])


def _field(number: int, value: bytes) -> bytes:
    return _varint(number << 3 | _BYTES) + _varint(len(value)) + value
