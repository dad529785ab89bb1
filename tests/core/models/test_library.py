"""The user's own models: taken in, renamed, described, chosen, deleted, and nothing half done."""

from __future__ import annotations

import json
import pickle
import signal
import struct
import subprocess
import sys
from pathlib import Path

import pytest
import torch
from filelock import FileLock
from torch.nn.modules.module import register_module_parameter_registration_hook

from tests.core.test_imports import loaded_after
from vrn_core.errors import ExportError, LibraryError, ModelFileError
from vrn_core.models import create_model, library, load_model, model_path, read_header, save_model
from vrn_core.models.library import (
    add_model,
    default_model,
    delete_model,
    describe_model,
    export_model,
    find_model,
    import_model,
    list_library,
    missing_default,
    rename_model,
    set_default_model,
    unreadable_models,
    volume_models,
)
from vrn_core.models.naming import SHIPPED, STANDARD_MODEL, free_name
from vrn_core.resources import models_folder, resource

SMALL = {"features": 16, "stem_features": 8, "levels": 2}


@pytest.fixture(scope="module")
def network() -> torch.nn.Module:
    torch.manual_seed(3)
    return create_model("vrn-guided", **SMALL).eval()


@pytest.fixture
def weights(network: torch.nn.Module, tmp_path: Path) -> Path:
    """A file as a training writes it, in single precision."""
    path = tmp_path / "best.safetensors"
    metadata = {
        "step": 40,
        "validation": {"volume_iou": 0.9, "loss": float("nan"), "note": "no figure"},
        "config": {"run_folder": "/home/anna/runs/1", "init_from": "/home/anna/x", "steps": 40},
    }
    save_model(network, path, name="vrn-guided", overrides=SMALL, metadata=metadata, half=False)
    return path


def own() -> list[str]:
    return [model.name for model in list_library() if not model.shipped]


def left_behind() -> list[str]:
    folder = models_folder()
    files = folder.iterdir() if folder.is_dir() else ()
    return sorted(p.name for p in files if p.name not in (".lock", "default.json"))


def test_listing_needs_no_torch_and_shows_what_ships() -> None:
    loaded = loaded_after("import vrn_core.models.library as l; assert l.list_library()")
    assert "torch" not in loaded
    models = list_library()
    assert {model.name for model in models} == set(SHIPPED)
    assert {path.stem for path in resource("models").glob("*.safetensors")} == set(SHIPPED)
    assert all(model.shipped and model.description for model in models)
    assert volume_models() == ["vrn-guided-lite", "vrn-lite", "vrn-multitask-lite"]
    assert find_model("vrn-guided-lite").figures["volume_iou"] > 0.8


def test_a_model_taken_in_has_its_name_its_facts_and_the_same_numbers(
    weights: Path, network: torch.nn.Module
) -> None:
    added = add_model(weights, " Anna Ñu ", description="of the studio", base="vrn-guided-lite")
    assert (added.name, added.network, added.size) == ("Anna Ñu", "vrn-guided", "lite")
    assert (added.description, added.base) == ("of the studio", "vrn-guided-lite")
    assert added.figures == {"volume_iou": 0.9}
    assert added.created is not None
    assert added.created.endswith("+00:00")
    assert list_library()[-1] == added
    assert volume_models()[-1] == "Anna Ñu"
    assert model_path("Anna Ñu") == added.path
    assert added.path.stat().st_size < 0.7 * weights.stat().st_size, "not in half precision"
    for key, value in load_model(added.path).state_dict().items():
        torch.testing.assert_close(value, network.state_dict()[key], rtol=1e-3, atol=1e-4)
    assert "anna" not in str(read_header(added.path)["metadata"]["config"])
    assert left_behind() == ["Anna Ñu.safetensors"]


def test_figures_that_are_given_take_the_place_of_the_training_s(weights: Path) -> None:
    assert add_model(weights, "one", figures={"surface_error": 0.02}).figures == {
        "surface_error": 0.02
    }


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("", "the name is empty"),
        ("   ", "the name is empty"),
        ("a" * 65, "65 characters; expected at most 64"),
        ("好" * 64 + "好", "65 characters"),
        ("\N{BOY}" * 60, "60 characters"),
        ("../up", "holds '/'"),
        ("a\\b", r"holds '\\\\'"),
        ("C:model", "holds ':'"),
        ("line\nbreak", "holds '\\\\n'"),
        ("zero\0", "holds '\\\\x00'"),
        (".hidden", "begins with a dot"),
        ("-rf", "begins with a dot or dash"),
        ("dot.", "ends with a dot"),
        ("face.safetensors", "ends like a file"),
        ("CON", "is a device of Windows"),
        ("lpt1.v2", "is a device of Windows"),
        ("vrn-lite", "ships with the program"),
        ("VRN-Lite", "ships with the program"),
    ],
)
def test_names_that_no_file_may_have_are_refused(weights: Path, name: str, words: str) -> None:
    with pytest.raises(LibraryError, match=words):
        add_model(weights, name)
    assert left_behind() == []


def test_a_name_that_is_taken_is_refused_however_it_is_capitalized(weights: Path) -> None:
    first = add_model(weights, "Mine", description="first")
    for name in ("Mine", "MINE"):
        with pytest.raises(LibraryError, match="there is already a model 'Mine'"):
            add_model(weights, name)
    assert find_model("Mine") == first


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "only 0 bytes"),
        (b"GIF89a", "only 6 bytes"),
        (pickle.dumps({"a": 1}) + b" " * 64, "it is a pickle"),
        (b"PK\x03\x04" + b"\0" * 64, "it is a pickle or an archive"),
        (struct.pack("<Q", 1 << 60) + b"{}", "its header claims 1,152,921,504,606,846,976 bytes"),
        (struct.pack("<Q", 90 << 20) + b" " * (91 << 20), "its header claims 94,371,840 bytes"),
        (struct.pack("<Q", 2) + b"[]", "is not a model file or is damaged"),
        (struct.pack("<Q", 2) + b"{}", "is of format None; expected 'vrn-model-1'"),
    ],
    ids=["empty", "picture", "pickle", "archive", "endless", "huge", "list", "foreign"],
)
def test_what_only_claims_to_be_a_model_is_refused(
    tmp_path: Path, content: bytes, words: str
) -> None:
    path = tmp_path / "model.safetensors"
    path.write_bytes(content)
    with pytest.raises(ModelFileError, match=words):
        import_model(path, "new")
    assert left_behind() == []


def test_a_pickle_is_not_opened(tmp_path: Path) -> None:
    class Bomb:
        def __reduce__(self) -> tuple[object, tuple[str]]:
            return (Path.touch, (tmp_path / "exploded",))  # type: ignore[return-value]

    for write in (lambda p: p.write_bytes(pickle.dumps(Bomb())), lambda p: torch.save(Bomb(), p)):
        path = tmp_path / "model.safetensors"
        write(path)
        with pytest.raises(ModelFileError, match="it is a pickle or an archive"):
            add_model(path, "new")
    assert not (tmp_path / "exploded").exists()


@pytest.mark.parametrize("last_byte", [0x80, 0x50, 0x00])
def test_a_header_of_any_length_is_read(weights: Path, last_byte: int) -> None:
    """That of a pickle begins with 0x80, that of an archive with 0x50."""
    model = add_model(weights, "one")
    with model.path.open("rb") as file:
        (before,) = struct.unpack("<Q", file.read(8))
    room = (last_byte - before) % 256
    assert room % 8 == 0
    describe_model("one", "x" * room if room else "")
    with model.path.open("rb") as file:
        assert file.read(1)[0] == last_byte
    assert find_model("one").network == "vrn-guided"
    load_model(model.path)


def test_a_file_cut_short_is_refused(weights: Path) -> None:
    weights.write_bytes(weights.read_bytes()[:-100])
    with pytest.raises(ModelFileError, match="is not a model file or is damaged"):
        add_model(weights, "new")


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"name": "gpt"}, "describes a network unknown here"),
        ({"name": "vrn"}, "has an unknown tensor"),
        ({"overrides": {**SMALL, "features": 4000}}, "has shape"),
        ({"overrides": {**SMALL, "features": 10**9}}, "features is 1000000000; expected 0 to 4096"),
        ({"overrides": {**SMALL, "stacks": 10**6}}, "stacks is 1000000; expected 0 to 16"),
        ({"overrides": {"explode": 1}}, "no setting 'explode'"),
    ],
)
def test_a_header_of_another_network_is_refused_before_memory_is_taken(
    weights: Path, changed: dict[str, object], words: str
) -> None:
    data = weights.read_bytes()
    (length,) = struct.unpack("<Q", data[:8])
    header = json.loads(data[8 : 8 + length])
    facts = {**json.loads(header["__metadata__"]["model"]), **changed}
    header["__metadata__"]["model"] = json.dumps(facts)
    text = json.dumps(header).encode()
    weights.write_bytes(struct.pack("<Q", len(text)) + text + data[8 + length :])
    devices: set[str] = set()
    watch = register_module_parameter_registration_hook(
        lambda module, name, parameter: devices.add(parameter.device.type)
    )
    try:
        with pytest.raises(ModelFileError, match=words):
            add_model(weights, "new")
    finally:
        watch.remove()
    assert devices <= {"meta"}, "weights of that size were made"
    assert left_behind() == []


def test_weights_that_are_no_numbers_are_refused(network: torch.nn.Module, tmp_path: Path) -> None:
    broken = create_model("vrn-guided", **SMALL)
    with torch.no_grad():
        next(broken.parameters()).fill_(float("nan"))
    path = tmp_path / "broken.safetensors"
    save_model(broken, path, name="vrn-guided", overrides=SMALL)
    with pytest.raises(ModelFileError, match="not finite numbers"):
        add_model(path, "new")


def test_a_damaged_file_among_the_models_is_told_and_hides_no_other(weights: Path) -> None:
    add_model(weights, "good")
    (models_folder() / "bad.safetensors").write_bytes(b"\0" * 100)
    (models_folder() / "vrn-lite.safetensors").write_bytes(weights.read_bytes())
    assert own() == ["good"]
    told = {path.stem: reason for path, reason in unreadable_models()}
    assert "is not a model file" in told["bad"]
    assert "ships with the program" in told["vrn-lite"]
    assert model_path("vrn-lite").parent == resource("models")
    delete_model("bad")
    assert own() == ["good"]


def test_a_model_changed_by_another_program_is_read_anew(weights: Path) -> None:
    assert add_model(weights, "one", description="before").description == "before"
    describe_model("one", "after ñ")
    assert find_model("one").description == "after ñ"
    load_model(model_path("one"))


def test_describing_changes_the_words_alone(weights: Path) -> None:
    before = add_model(weights, "one", base="vrn-lite", figures={"a": 1.0})
    tensors = load_model(before.path).state_dict()
    after = describe_model("one", "  two\nlines ")
    assert after.description == "two\nlines"
    assert (after.base, after.figures, after.created) == ("vrn-lite", {"a": 1.0}, before.created)
    for key, value in load_model(after.path).state_dict().items():
        assert torch.equal(value, tensors[key])
    with pytest.raises(LibraryError, match="501 characters; expected at most 500"):
        describe_model("one", "x" * 501)


def test_renaming_takes_the_default_along(weights: Path) -> None:
    add_model(weights, "one")
    add_model(weights, "two")
    set_default_model("one")
    assert rename_model("one", "ONE").name == "ONE"
    assert default_model() == "ONE"
    with pytest.raises(LibraryError, match="already a model 'two'"):
        rename_model("ONE", "Two")
    with pytest.raises(LibraryError, match="ships with the program"):
        rename_model("ONE", "vrn-lite")
    assert own() == ["ONE", "two"]


def test_exported_and_imported_again_nothing_is_lost(weights: Path, tmp_path: Path) -> None:
    one = add_model(weights, "one", description="words", base="vrn-lite", figures={"a": 0.5})
    folder = tmp_path / "elsewhere"
    folder.mkdir()
    assert export_model("one", folder) == folder / "one.safetensors"
    assert export_model("one", folder / "deep" / "x").name == "x.safetensors"
    again = import_model(folder / "one.safetensors")
    assert again.name == "one 2"
    for name in ("description", "base", "created", "figures", "network", "size"):
        assert getattr(again, name) == getattr(one, name)
    with pytest.raises(LibraryError, match="choose a place elsewhere"):
        export_model("one", models_folder() / "three.safetensors")


def test_an_export_that_fails_leaves_nothing(weights: Path, tmp_path: Path) -> None:
    add_model(weights, "one")
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(ExportError):
        export_model("one", tmp_path / "file" / "one.safetensors")


def test_a_shipped_model_can_be_exported_but_not_changed(tmp_path: Path) -> None:
    for change in (
        lambda: rename_model("vrn-lite", "mine"),
        lambda: describe_model("vrn-lite", "words"),
        lambda: delete_model("vrn-lite"),
    ):
        with pytest.raises(LibraryError, match="'vrn-lite' ships with the program and cannot be"):
            change()
    path = export_model("vrn-lite", tmp_path / "copy.safetensors")
    copy = import_model(path, "mine")
    assert (copy.network, copy.base, copy.shipped) == ("vrn", "vrn-lite", False)
    assert copy.description == "from the photo alone"


def test_the_default_is_kept_and_falls_back_when_it_is_gone(weights: Path) -> None:
    assert (default_model(), missing_default()) == (STANDARD_MODEL, None)
    add_model(weights, "one")
    set_default_model("one")
    assert (default_model(), missing_default()) == ("one", None)
    moved = models_folder() / "one.away"
    model_path("one").rename(moved)
    assert (default_model(), missing_default()) == (STANDARD_MODEL, "one")
    moved.rename(models_folder() / "one.safetensors")
    assert default_model() == "one"
    assert delete_model("one") is True
    assert (default_model(), missing_default()) == (STANDARD_MODEL, None)
    set_default_model("vrn-lite")
    assert default_model() == "vrn-lite"
    with pytest.raises(LibraryError, match="makes no meshes"):
        set_default_model("landmarks-lite")
    with pytest.raises(ModelFileError, match="did you mean 'vrn-lite'"):
        set_default_model("vrn-lit")
    assert default_model() == "vrn-lite"


@pytest.mark.parametrize(
    "content", ["", "[]", "{", '{"model": 3}', '{"model": "../../x.safetensors"}', " " * 20_000]
)
def test_a_damaged_choice_is_the_standard(content: str) -> None:
    models_folder().mkdir(parents=True)
    (models_folder() / "default.json").write_text(content)
    assert (default_model(), missing_default()) == (STANDARD_MODEL, None)


def test_an_unknown_name_is_answered_with_those_that_are_there(weights: Path) -> None:
    add_model(weights, "studio")
    with pytest.raises(ModelFileError, match="no model 'studip'; did you mean 'studio'"):
        model_path("studip")
    with pytest.raises(ModelFileError, match=r"no model 'qqq'; expected one of .*, studio"):
        model_path("qqq")
    for change in (lambda: delete_model("qqq"), lambda: rename_model("qqq", "a")):
        with pytest.raises(ModelFileError, match="no model 'qqq'"):
            change()


@pytest.mark.parametrize(
    ("wish", "name"),
    [
        ("best", "best"),
        ("a/b:c", "a b c"),
        ("..", "model"),
        ("con", "con 2"),
        ("con.x", "model"),
        ("\N{BOY}" * 60, "model"),
        ("vrn-lite", "vrn-lite 2"),
    ],
)
def test_a_free_name_is_near_what_was_wished(wish: str, name: str) -> None:
    assert free_name(wish) == name


SLOW_ADD = """
import sys, time, os
from pathlib import Path
import vrn_core.files as files
write = os.fsync
def slow(handle):
    print("writing", flush=True)
    time.sleep(60)
files.os.fsync = slow
from vrn_core.models.library import add_model
add_model(Path(sys.argv[1]), "killed")
"""


def test_a_program_killed_while_it_adds_leaves_no_model_and_the_next_one_cleans_up(
    weights: Path,
) -> None:
    process = subprocess.Popen(
        [sys.executable, "-c", SLOW_ADD, str(weights)], stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "writing\n"
    process.send_signal(signal.SIGKILL if sys.platform != "win32" else signal.SIGTERM)
    process.wait(10)
    process.stdout.close()
    assert own() == []
    assert unreadable_models() == []
    assert len(left_behind()) == 1, "the file that was being written"
    add_model(weights, "killed")
    assert left_behind() == ["killed.safetensors"]


def test_two_programs_do_not_change_the_models_at_once(
    weights: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    add_model(weights, "one")
    monkeypatch.setattr(library, "LOCK_WAIT_S", 0.1)
    with FileLock(models_folder() / library.LOCK_NAME):
        with pytest.raises(LibraryError, match="another program is changing the models"):
            delete_model("one")
        assert own() == ["one"], "reading waits for nobody"
    delete_model("one")
    assert own() == []


def test_a_folder_that_cannot_be_used_is_told(
    weights: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("VRN_MODELS", str(weights))
    assert own() == []
    assert default_model() == STANDARD_MODEL
    with pytest.raises(
        LibraryError, match=r"cannot use the folder of models .*; choose another place"
    ):
        add_model(weights, "one")
    with pytest.raises(ExportError, match="cannot write"):
        set_default_model("vrn-lite")
