"""Runs an ONNX model on one core, so that the same input always gives the same sound."""

from __future__ import annotations

from typing import Any

SEED = 0


def opened(model: bytes) -> Any:
    """An `onnxruntime.InferenceSession` whose noise starts from `SEED`.

    Raises whatever onnxruntime does for a model that it cannot run.
    """
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.log_severity_level = 4  # its warnings would be printed
    onnxruntime.set_seed(SEED)
    return onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])
