from __future__ import annotations

import numpy as np
import pytest

from vrn_core.errors import ConfigError, DataError, ModelFileError
from vrn_core.evaluation.methods import METHOD_NAMES, MethodSettings, create_method, peer_file


def test_settings_of_a_method_are_those_it_uses():
    every = MethodSettings(volume_model="own.safetensors", eos_folder="e", three_ddfa_folder="d")
    assert every.of("vrn") == MethodSettings(volume_model="own.safetensors")
    assert every.of("eos") == MethodSettings(eos_folder="e")
    assert every.of("3ddfa") == MethodSettings(three_ddfa_folder="d")
    assert MethodSettings().of("vrn-multitask").volume_model == "vrn-multitask-lite"
    for name in METHOD_NAMES:
        assert every.of(name).of(name) == every.of(name)


def test_unknown_method_is_told_what_there_is():
    with pytest.raises(ConfigError, match=r"'vrn-guide'; expected one of .* \(did you mean 'vrn-g"):
        create_method("vrn-guide", MethodSettings())


def test_missing_weights_and_files_are_named(tmp_path):
    with pytest.raises(ModelFileError, match="there is no model file gone/away"):
        create_method("vrn", MethodSettings(volume_model="gone/away.safetensors"))
    with pytest.raises(DataError, match=r"there is no .*a\.bin; take it from a friend"):
        peer_file(str(tmp_path), tmp_path, "a.bin", "take it from a friend")
    (tmp_path / "a.bin").write_bytes(b"x")
    assert peer_file(None, tmp_path, "a.bin", "") == tmp_path / "a.bin"


def test_a_picture_without_a_face_gives_none():
    method = create_method("vrn-guided", MethodSettings())
    assert method.faces(np.full((120, 120, 3), 128, np.uint8)) == []
