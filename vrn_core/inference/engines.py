"""OpenVINO and ONNX Runtime: from an ONNX file to a function of arrays."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from vrn_core.inference.device import cpu_has_bf16

Engine = Callable[..., list[NDArray[np.float32]]]
"""Takes the inputs of the file in their order, float32; returns its outputs in theirs."""

LATER_BATCHES = 2
"""Larger ones than this share one compiled network, which is slower where the size changes."""


def openvino_engine(path: Path, *, free_sides: bool = False) -> Engine:
    """Return what computes an ONNX file by OpenVINO, in bfloat16 where the processor has it.

    It takes as many threads as torch has at the time of the call. With `free_sides` the file's
    image may have any size, whatever the file says.
    """
    # OpenVINO reports its use to its makers by this package; here nothing leaves the machine.
    sys.modules.setdefault("openvino_telemetry", None)  # type: ignore[arg-type]
    import openvino

    core = openvino.Core()
    precision = "bf16" if cpu_has_bf16() else "f32"
    requests: dict[tuple[int, int | None], Any] = {}

    def request(batch: int) -> Any:
        # A network for one size of batch computes it at once; one for all sizes prepares itself
        # anew where the size changes, which costs as much as half of the work itself.
        fixed = None if free_sides or batch > LATER_BATCHES else batch
        key = (torch.get_num_threads(), fixed)
        if key not in requests:
            model = core.read_model(path)
            if free_sides:
                model.reshape([-1, 3, -1, -1])
            elif fixed is not None:
                model.reshape({i: [fixed, *list(i.partial_shape)[1:]] for i in model.inputs})
            settings = {
                "PERFORMANCE_HINT": "LATENCY",
                "INFERENCE_NUM_THREADS": key[0],
                "INFERENCE_PRECISION_HINT": precision,
            }
            compiled = core.compile_model(model, "CPU", settings)
            requests[key] = compiled.create_infer_request()
        return requests[key]

    def compute(*arrays: NDArray[np.float32]) -> list[NDArray[np.float32]]:
        ready = request(len(arrays[0]))
        outputs = ready.model_outputs
        if all(output.partial_shape.is_static for output in outputs):
            # Memory of our own: its is used again by the next call, and a copy would take time.
            values = [np.empty(tuple(output.shape), np.float32) for output in outputs]
            for output, value in zip(outputs, values, strict=True):
                ready.set_tensor(output, openvino.Tensor(value, shared_memory=True))
            ready.infer(list(arrays))
            return values
        ready.infer(list(arrays))
        return [np.array(tensor.data, np.float32) for tensor in ready.output_tensors]

    request(1)
    return compute


def onnxruntime_engine(path: Path) -> Engine:
    """Return what computes an ONNX file by ONNX Runtime, on the CPU."""
    import onnxruntime

    sessions: dict[int, Any] = {}

    def session() -> Any:
        threads = torch.get_num_threads()
        if threads not in sessions:
            options = onnxruntime.SessionOptions()
            options.intra_op_num_threads = threads
            options.log_severity_level = 3
            # Its threads would go round and round between calls, on the time of all others.
            options.add_session_config_entry("session.intra_op.allow_spinning", "0")
            sessions[threads] = onnxruntime.InferenceSession(
                str(path), options, providers=["CPUExecutionProvider"]
            )
        return sessions[threads]

    def compute(*arrays: NDArray[np.float32]) -> list[NDArray[np.float32]]:
        ready = session()
        names = [given.name for given in ready.get_inputs()]
        values: list[NDArray[np.float32]] = ready.run(None, dict(zip(names, arrays, strict=True)))
        return values

    session()
    return compute
