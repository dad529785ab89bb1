from __future__ import annotations

import json
import struct

import pytest
import torch
from safetensors.torch import save_file

from vrn_core.errors import ExportError, ModelFileError
from vrn_core.models import create_model, load_model, read_header, save_model


@pytest.fixture(scope="module")
def model():
    torch.manual_seed(0)
    return create_model("landmarks").eval()


def test_network_survives_the_way_to_a_file_and_back(model, tmp_path):
    path = tmp_path / "net.safetensors"
    save_model(model, path, name="landmarks", metadata={"steps": 3}, half=False)
    loaded = load_model(path)
    image = torch.rand(1, 3, 192, 192)
    with torch.no_grad():
        assert torch.equal(model(image).points, loaded(image).points)
    assert read_header(path)["metadata"] == {"steps": 3}


def test_half_precision_halves_the_file(model, tmp_path):
    for half in (True, False):
        save_model(model, tmp_path / f"{half}", name="landmarks", half=half)
    sizes = [(tmp_path / name).stat().st_size for name in ("True", "False")]
    assert sizes[0] < 0.55 * sizes[1]


def test_missing_file_is_named(tmp_path):
    with pytest.raises(ModelFileError, match="there is no model file"):
        load_model(tmp_path / "none.safetensors")


def test_truncated_file_is_refused(model, tmp_path):
    path = tmp_path / "net.safetensors"
    save_model(model, path, name="landmarks")
    path.write_bytes(path.read_bytes()[:-1000])
    with pytest.raises(ModelFileError, match="is not a model file or is damaged"):
        load_model(path)


def test_header_that_claims_terabytes_is_refused(tmp_path):
    path = tmp_path / "net.safetensors"
    header = {"a": {"dtype": "F32", "shape": [1 << 40], "data_offsets": [0, 1 << 42]}}
    text = json.dumps(header).encode()
    path.write_bytes(struct.pack("<Q", len(text)) + text)
    with pytest.raises(ModelFileError, match="is not a model file or is damaged"):
        load_model(path)


@pytest.mark.parametrize("content", [b"", b"GIF89a", b"\xff" * 64])
def test_other_files_are_refused(content, tmp_path):
    path = tmp_path / "net.safetensors"
    path.write_bytes(content)
    with pytest.raises(ModelFileError, match="is not a model file or is damaged"):
        load_model(path)


def test_tensors_without_our_header_are_refused(tmp_path):
    path = tmp_path / "net.safetensors"
    save_file({"a": torch.zeros(3)}, path)
    with pytest.raises(ModelFileError, match="expected 'vrn-model-1'"):
        load_model(path)


def test_weights_of_another_shape_are_refused(tmp_path):
    path = tmp_path / "net.safetensors"
    small = create_model("landmarks", features=80)
    save_model(small, path, name="landmarks")
    with pytest.raises(ModelFileError, match=r"tensor .* has shape .*; expected"):
        load_model(path)


def test_unknown_network_is_refused(model, tmp_path):
    path = tmp_path / "net.safetensors"
    save_model(model, path, name="landmarcs")
    with pytest.raises(ModelFileError, match="unknown here"):
        load_model(path)


def test_failed_write_leaves_nothing_behind(model, tmp_path):
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(ExportError, match="cannot write"):
        save_model(model, tmp_path / "file" / "net.safetensors", name="landmarks")
    assert [p.name for p in tmp_path.iterdir()] == ["file"]


def test_weights_that_are_not_finite_are_refused(tmp_path):
    model = create_model("landmarks")
    with torch.no_grad():
        next(model.parameters()).view(-1)[7] = float("nan")
    path = tmp_path / "net.safetensors"
    save_model(model, path, name="landmarks")
    with pytest.raises(ModelFileError, match="values that are not finite numbers"):
        load_model(path)


def test_values_beyond_half_precision_are_kept(tmp_path):
    tiny = {"features": 16, "stem_features": 8, "stacks": 1, "levels": 1}
    model = create_model("landmarks", **tiny)
    model.stem.norm.running_var.fill_(80_000.0)
    save_model(model, tmp_path / "m.safetensors", name="landmarks", overrides=tiny)
    loaded = load_model(tmp_path / "m.safetensors")
    assert float(loaded.stem.norm.running_var[0]) == 80_000.0
