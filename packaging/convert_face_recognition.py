"""Writes the network that compares faces from dlib's file: how `resources` came by it.

    python packaging/convert_face_recognition.py dlib_face_recognition_resnet_model_v1.dat OUT

The file of the package ``face_recognition_models`` holds the layers from input to output, each
by its name, followed by the numbers of its tensor. An affine layer behind a convolution is
multiplied into it, and all is kept in half precision: 11 MB instead of 22, and descriptors that
differ by less than a thousandth.
"""

from __future__ import annotations

import hashlib
import re
import sys
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

ROOT = Path(__file__).resolve().parent.parent
DIGEST = "55533b28a95800a551ba546ba62fe69625c7e95a7061c338adffead08719da30"
LAYER = re.compile(rb"\x01\x05con_4|\x01\x07affine_|\x01\x04fc_[12]")


def main() -> int:
    """Convert; return the exit code."""
    sys.path.insert(0, str(ROOT))
    from safetensors.torch import save_file
    from torch import from_numpy

    from vrn_core.models.descriptor import FaceDescriptor

    source, target = Path(sys.argv[1]), Path(sys.argv[2])
    content = source.read_bytes()
    if hashlib.sha256(content).hexdigest() != DIGEST:
        print(f"{source} is not the file that this was written for")
        return 1
    network = FaceDescriptor()
    tensors = iter(read_tensors(content))
    state = {}
    for name, wanted in network.state_dict().items():
        if name.endswith("bias"):
            continue
        kind, values = next(tensors)
        if kind == "fc":
            state[name] = values.reshape(wanted.shape[::-1]).T
            continue
        count = wanted.shape[0]
        _, affine = next(tensors)
        gain, shift = affine[:count], affine[count:]
        weights, bias = values[:-count].reshape(wanted.shape), values[-count:]
        state[name] = weights * gain[:, None, None, None]
        state[name.replace("weight", "bias")] = bias * gain + shift
    halves = {name: from_numpy(np.ascontiguousarray(v, np.float16)) for name, v in state.items()}
    save_file(halves, str(target), metadata={"origin": f"dlib, SHA-256 {DIGEST}"})
    return 0


def read_tensors(content: bytes) -> list[tuple[str, NDArray[np.float32]]]:
    """Return the kind of each layer that has numbers, and the numbers."""
    tensors = []
    place = 0
    while match := LAYER.search(content, place):
        place = match.end()
        kind = match.group()[2:].split(b"_")[0].decode()
        # The version, which is 2, then four sizes; before them what the last layer returns
        # and takes.
        sizes = []
        for _ in range(7 if kind == "fc" else 5):
            length = content[place]
            sizes.append(int.from_bytes(content[place + 1 : place + 1 + length], "little"))
            place += 1 + length
        count = int(np.prod(sizes[-4:]))
        numbers = np.frombuffer(content, "<f4", count, place)
        place += 4 * count
        tensors.append((kind, numbers))
    return tensors


if __name__ == "__main__":
    sys.exit(main())
