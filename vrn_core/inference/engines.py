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

Engine = Callable[..., NDArray[np.float32]]
"""Takes the inputs of the file in their order, float32; returns its one output."""


def openvino_engine(path: Path) -> Engine:
    """Return what computes an ONNX file by OpenVINO, in bfloat16 where the processor has it.

    It takes as many threads as torch has at the time of the call.
    """
    # OpenVINO reports its use to its makers by this package; here nothing leaves the machine.
    sys.modules.setdefault("openvino_telemetry", None)  # type: ignore[arg-type]
    import openvino

    core = openvino.Core()
    model = core.read_model(path)
    precision = "bf16" if cpu_has_bf16() else "f32"
    requests: dict[int, Any] = {}

    def request() -> Any:
        threads = torch.get_num_threads()
        if threads not in requests:
            settings = {
                "PERFORMANCE_HINT": "LATENCY",
                "INFERENCE_NUM_THREADS": threads,
                "INFERENCE_PRECISION_HINT": precision,
            }
            compiled = core.compile_model(model, "CPU", settings)
            requests[threads] = compiled.create_infer_request()
        return requests[threads]

    def compute(*arrays: NDArray[np.float32]) -> NDArray[np.float32]:
        ready = request()
        ready.infer(list(arrays))
        # Its own memory is used again by the next call.
        return np.array(ready.get_output_tensor(0).data, np.float32)

    request()
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

    def compute(*arrays: NDArray[np.float32]) -> NDArray[np.float32]:
        ready = session()
        names = [given.name for given in ready.get_inputs()]
        values: NDArray[np.float32] = ready.run(None, dict(zip(names, arrays, strict=True)))[0]
        return values

    session()
    return compute
