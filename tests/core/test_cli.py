from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import trimesh
from PIL import Image

from vrn_core import cli
from vrn_core.commands import reconstruct
from vrn_core.commands.reconstruct import MeshNames
from vrn_core.errors import CancelledError, NoFaceFoundError
from vrn_core.meshing.export import export_formats
from vrn_core.resources import resource
from vrn_core.types import FaceBox, FaceCrop, Pose, Reconstruction, TriangleMesh


def tetrahedron(offset: float = 0.0, scale: float = 1.0) -> TriangleMesh:
    vertices = scale * np.array([[0, 0, 0], [1, 0, 0], [0, 1, 0], [0, 0, 1]], np.float32)
    faces = np.array([[0, 2, 1], [0, 1, 3], [1, 2, 3], [0, 3, 2]], np.int32)
    colors = np.full((4, 3), 90, np.uint8)
    return TriangleMesh(vertices + np.float32(offset), faces, colors)


def face(x: float) -> Reconstruction:
    return Reconstruction(
        box=FaceBox(x, 2, 30, 40, 0.9),
        crop=FaceCrop((10, 10), 1.0),
        landmarks=np.full((68, 3), x, np.float32),
        pose=Pose(10.0, -5.0, 2.0),
        make_volume=lambda: np.zeros((200, 192, 192), np.uint8),
        mesh=tetrahedron(x),
        mesh_canonical=tetrahedron(scale=63),
        confidence=0.75,
        timings_ms={"detect": 1.5},
    )


class FakeReconstructor:
    """Finds as many faces as the photo's first pixel says; some photos set off errors."""

    def reconstruct(self, photo, cancel=None, progress=None):
        count = int(photo[0, 0, 0])
        if count == 0:
            raise NoFaceFoundError("no face was found in the photo; try another")
        if count == 200:
            raise RuntimeError("the network\nexploded")
        if count == 201:
            raise KeyboardInterrupt
        if count == 202:
            raise CancelledError("the work was cancelled")
        progress(0.5, "halfway")
        return [face(float(n)) for n in range(count)]


@pytest.fixture
def fake(monkeypatch):
    monkeypatch.setattr(reconstruct, "make_reconstructor", lambda options: FakeReconstructor())


def photo(path: Path, faces: int = 1) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(np.full((20, 20, 3), faces, np.uint8)).save(path)
    return path


def run(*arguments: object) -> int:
    return cli.main([str(a) for a in arguments])


def report_of(path: Path) -> list[dict]:
    return json.loads(path.read_text())["photos"]


def files_in(folder: Path) -> list[str]:
    return sorted(str(p.relative_to(folder)) for p in folder.rglob("*") if p.is_file())


def test_formats_offered_are_those_that_can_be_written():
    assert set(cli.MESH_FORMATS) == set(export_formats())


@pytest.mark.usefixtures("fake")
def test_report_has_the_promised_fields(tmp_path):
    one = photo(tmp_path / "one.png")
    code = run("reconstruct", one, "-o", tmp_path / "out", "--json", tmp_path / "r.json")
    assert code == 0
    [entry] = report_of(tmp_path / "r.json")
    assert list(entry) == ["photo", "error", "faces"]
    assert (entry["photo"], entry["error"]) == (str(one), None)
    [found] = entry["faces"]
    assert set(found) == {"box", "landmarks", "pose", "mesh", "confidence", "timings_ms"}
    assert found["box"] == [0, 2, 30, 40]
    assert np.shape(found["landmarks"]) == (68, 3)
    assert found["pose"] == {"yaw": 10.0, "pitch": -5.0, "roll": 2.0}
    assert Path(found["mesh"]) == tmp_path / "out" / "one.glb"
    assert found["confidence"] == 0.75
    assert found["timings_ms"] == {"detect": 1.5}


@pytest.mark.usefixtures("fake")
def test_several_faces_give_numbered_meshes_in_every_format(tmp_path):
    code = run(
        "reconstruct", photo(tmp_path / "group.png", 3), "-o", tmp_path / "out",
        "--format", "ply", "--format", "stl", "--json", tmp_path / "r.json",
    )  # fmt: skip
    assert code == 0
    expected = [f"group-{n}.{e}" for n in (1, 2, 3) for e in ("ply", "stl")]
    assert files_in(tmp_path / "out") == expected
    [entry] = report_of(tmp_path / "r.json")
    assert [Path(f["mesh"]).name for f in entry["faces"]] == [
        "group-1.ply",
        "group-2.ply",
        "group-3.ply",
    ]


@pytest.mark.usefixtures("fake")
def test_one_bad_photo_never_stops_the_rest(tmp_path, capsys):
    folder = tmp_path / "photos"
    photo(folder / "a.png", 0)
    (folder / "b.jpg").write_bytes(b"no picture")
    photo(folder / "c.png", 200)
    photo(folder / "d.png")
    code = run("reconstruct", folder, "-o", tmp_path / "out", "--json", tmp_path / "r.json")
    assert code == 1
    assert files_in(tmp_path / "out") == ["d.glb"]
    errors = [entry["error"] for entry in report_of(tmp_path / "r.json")]
    assert "no face" in errors[0]
    assert "not a photo" in errors[1]
    assert errors[2] == "unexpected RuntimeError: the network exploded"
    assert errors[3] is None
    lines = capsys.readouterr().err.splitlines()
    assert len(lines) == 3
    assert all(line.startswith(f"vrn: {folder}") for line in lines)


@pytest.mark.usefixtures("fake")
def test_trace_is_shown_on_request(tmp_path, capsys):
    run("reconstruct", photo(tmp_path / "c.png", 200), "-o", tmp_path / "out", "--trace")
    assert "Traceback" in capsys.readouterr().err


@pytest.mark.usefixtures("fake")
def test_equal_names_in_two_folders_do_not_overwrite_each_other(tmp_path):
    first, second = photo(tmp_path / "x" / "me.png"), photo(tmp_path / "y" / "Me.jpg", 1)
    run("reconstruct", first, second, "-o", tmp_path / "out", "--json", tmp_path / "r.json")
    assert files_in(tmp_path / "out") == ["Me_2.glb", "me.glb"]
    meshes = [entry["faces"][0]["mesh"] for entry in report_of(tmp_path / "r.json")]
    assert [Path(m).name for m in meshes] == ["me.glb", "Me_2.glb"]


def test_numbered_faces_do_not_take_a_single_photos_name():
    names = MeshNames()
    assert names.choose("a-1", 1) == ["a-1"]
    assert names.choose("a", 2) == ["a_2-1", "a_2-2"]
    assert names.choose("A", 1) == ["A"]
    assert names.choose("a", 1) == ["a_2"]


@pytest.mark.usefixtures("fake")
def test_photo_named_twice_is_done_once(tmp_path):
    one = photo(tmp_path / "in" / "one.png")
    run("reconstruct", one, tmp_path / "in", "-o", tmp_path / "out", "--json", tmp_path / "r.json")
    assert len(report_of(tmp_path / "r.json")) == 1


@pytest.mark.usefixtures("fake")
def test_folders_are_searched_below_and_only_for_photos(tmp_path):
    folder = tmp_path / "album"
    photo(folder / "Été à Sète" / "l'été 1.png")
    photo(folder / "b.png")
    (folder / "notes.txt").write_text("no photo")
    assert run("reconstruct", folder, "-o", tmp_path / "out dir", "--frame", "photo") == 0
    assert files_in(tmp_path / "out dir") == ["b.glb", "l'été 1.glb"]


@pytest.mark.usefixtures("fake")
def test_frame_photo_writes_pixels_and_frame_canonical_millimeters(tmp_path):
    source = photo(tmp_path / "group.png", 2)
    run("reconstruct", source, "-o", tmp_path / "photo", "--format", "obj", "--frame", "photo")
    run("reconstruct", source, "-o", tmp_path / "mm", "--format", "obj")
    pixels = trimesh.load_mesh(tmp_path / "photo" / "group-2.obj", process=False)
    np.testing.assert_allclose(pixels.bounds, [[1, 1, 1], [2, 2, 2]], atol=1e-3)
    millimeters = trimesh.load_mesh(tmp_path / "mm" / "group-2.obj", process=False)
    np.testing.assert_allclose(millimeters.bounds, [[0, 0, 0], [63, 63, 63]], atol=1e-3)


@pytest.mark.usefixtures("fake")
@pytest.mark.parametrize("color", [201, 202])
def test_ctrl_c_ends_with_130_and_a_report_of_what_was_done(tmp_path, capsys, color):
    folder = tmp_path / "in"
    photo(folder / "a.png")
    photo(folder / "b.png", color)
    photo(folder / "c.png")
    code = run("reconstruct", folder, "-o", tmp_path / "out", "--json", tmp_path / "r.json")
    assert code == 130
    assert capsys.readouterr().err.strip().endswith("vrn: stopped")
    assert [Path(e["photo"]).name for e in report_of(tmp_path / "r.json")] == ["a.png"]
    assert files_in(tmp_path / "out") == ["a.glb"]


@pytest.mark.usefixtures("fake")
def test_folder_without_photos_is_an_error(tmp_path, capsys):
    assert run("reconstruct", tmp_path, "-o", tmp_path / "out") == 1
    assert "there is no photo in" in capsys.readouterr().err


@pytest.mark.usefixtures("fake")
def test_folder_without_photos_fails_beside_a_photo_that_does_not(tmp_path, capsys):
    (tmp_path / "empty").mkdir()
    one = photo(tmp_path / "one.png")
    code = run(
        "reconstruct",
        tmp_path / "empty",
        one,
        "-o",
        tmp_path / "out",
        "--json",
        tmp_path / "r.json",
    )
    assert code == 1
    assert "is a folder" in capsys.readouterr().err
    assert [e["error"] is None for e in report_of(tmp_path / "r.json")] == [False, True]


@pytest.mark.usefixtures("fake")
def test_quiet_says_only_what_went_wrong(tmp_path, capsys):
    one, none = photo(tmp_path / "one.png"), photo(tmp_path / "none.png", 0)
    assert run("reconstruct", one, "-o", tmp_path / "out", "--quiet") == 0
    assert capsys.readouterr() == ("", "")
    assert run("reconstruct", one, none, "-o", tmp_path / "out", "--quiet") == 1
    said = capsys.readouterr()
    assert said.out == ""
    assert len(said.err.splitlines()) == 1


@pytest.mark.usefixtures("fake")
def test_names_that_are_not_valid_text_are_reported_and_read_back(tmp_path):
    odd = tmp_path / os.fsdecode(b"caf\xe9.png")
    try:
        photo(odd)
    except (OSError, UnicodeError):
        pytest.skip("the file system takes valid names only")
    code = run("reconstruct", odd, "-o", tmp_path / "out", "--json", tmp_path / "r.json")
    assert code == 0
    [entry] = report_of(tmp_path / "r.json")
    assert Path(entry["photo"]) == odd
    assert Path(entry["faces"][0]["mesh"]).exists()


@pytest.mark.usefixtures("fake")
def test_output_that_is_a_file_is_refused_before_the_work(tmp_path, capsys):
    (tmp_path / "out").write_text("mine")
    assert run("reconstruct", photo(tmp_path / "a.png"), "-o", tmp_path / "out") == 1
    assert "cannot write into" in capsys.readouterr().err
    assert (tmp_path / "out").read_text() == "mine"


@pytest.mark.skipif(
    not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may write everywhere"
)
@pytest.mark.usefixtures("fake")
def test_unwritable_folder_is_refused_before_the_work(tmp_path, capsys):
    folder = tmp_path / "locked"
    folder.mkdir(mode=0o500)
    assert run("reconstruct", photo(tmp_path / "a.png"), "-o", folder) == 1
    assert "choose a folder that you may write to" in capsys.readouterr().err


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a device that is always full")
@pytest.mark.usefixtures("fake")
def test_full_disk_fails_the_photo_and_leaves_no_partial_file(tmp_path, monkeypatch, capsys):
    """A stand-in for a full disk: every write ends like one to /dev/full."""
    real = os.fdopen

    def full(handle, *arguments, **options):
        os.close(handle)
        return real(os.open("/dev/full", os.O_WRONLY), *arguments, **options)

    monkeypatch.setattr("vrn_core.files.os.fdopen", full)
    assert run("reconstruct", photo(tmp_path / "a.png"), "-o", tmp_path / "out") == 1
    assert "free some space" in capsys.readouterr().err
    assert files_in(tmp_path / "out") == []


def test_missing_weights_are_one_clear_line(tmp_path, capsys):
    code = run(
        "reconstruct", photo(tmp_path / "a.png"), "-o", tmp_path / "out",
        "--model", tmp_path / "gone.safetensors",
    )  # fmt: skip
    assert code == 1
    [line] = capsys.readouterr().err.splitlines()
    assert "gone.safetensors" in line
    assert "check its name" in line


def test_damaged_weights_are_one_clear_line(tmp_path, capsys):
    broken = tmp_path / "broken.safetensors"
    # A header that claims to be larger than any memory.
    broken.write_bytes((2**62).to_bytes(8, "little") + b"{}")
    code = run("reconstruct", photo(tmp_path / "a.png"), "-o", tmp_path / "out", "--model", broken)
    assert code == 1
    [line] = capsys.readouterr().err.splitlines()
    assert "damaged" in line


@pytest.mark.parametrize(
    "arguments",
    [
        ["--triangles", "3"],
        ["--iod-mm", "0"],
        ["--iod-mm", "nan"],
        ["--iso-level", "1"],
        ["--frame", "world"],
        ["--format", "max"],
    ],
)
def test_wrong_option_is_refused_by_the_parser(arguments, capsys):
    with pytest.raises(SystemExit) as refusal:
        run("reconstruct", "a.png", "-o", "out", *arguments)
    assert refusal.value.code == 2
    assert arguments[0] in capsys.readouterr().err


def test_help_answers_without_the_heavy_libraries():
    code = (
        "import sys\nfrom vrn_core.cli import main\n"
        "try: main(['--help'])\nexcept SystemExit: pass\n"
        "print(*sorted({m.split('.')[0] for m in sys.modules}))"
    )
    answer = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    loaded = answer.stdout.splitlines()[-1].split()
    assert "argparse" in loaded
    assert not {"torch", "numpy", "cv2", "PIL", "scipy", "vtkmodules"} & set(loaded)
    assert "reconstruct" in answer.stdout


def test_output_that_cannot_be_taken_is_one_line():
    if not Path("/dev/full").exists():
        pytest.skip("needs a device that is always full")
    with open("/dev/full", "w") as full:
        answer = subprocess.run(
            [sys.executable, "-m", "vrn_core.cli", "detect", resource("sample.jpg")],
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
        )
    assert answer.returncode == 1
    [line] = answer.stderr.splitlines()
    assert line.startswith("vrn: ")
    assert "No space left" in line


@pytest.mark.skipif(os.name == "nt", reason="Windows sends no SIGINT to one process")
def test_ctrl_c_in_a_real_process_ends_with_130_and_no_trace(tmp_path):
    code = (
        "import os, signal, sys, vrn_core.inference.detection as d\n"
        "d.FaceDetector.detect = lambda self, photo: os.kill(os.getpid(), signal.SIGINT)\n"
        "from vrn_core.cli import main\n"
        "sys.exit(main(sys.argv[1:]))"
    )
    answer = subprocess.run(
        [sys.executable, "-c", code, "detect", resource("sample.jpg")],
        capture_output=True,
        text=True,
    )
    assert answer.returncode == 130
    assert answer.stderr == "vrn: stopped\n"


def test_models_lists_every_network_with_its_parameters(capsys):
    assert run("models") == 0
    lines = capsys.readouterr().out.partition("\n\n")[0].splitlines()
    assert lines[0].split()[:3] == ["name", "size", "parameters"]
    rows = {tuple(line.split()[:2]): line.split()[2] for line in lines[1:]}
    assert {name for name, _ in rows} == {
        "vrn",
        "vrn-guided",
        "vrn-multitask",
        "landmarks",
        "parametric",
    }
    assert int(rows["vrn-guided", "paper"].replace(",", "")) > 20_000_000


def test_detect_prints_the_sample_photos_face_as_json(capsys):
    assert run("detect", resource("sample.jpg"), "--json", "-") == 0
    [entry] = json.loads(capsys.readouterr().out)["photos"]
    [found] = entry["faces"]
    x, y, width, height = found["box"]
    assert x < 226 < x + width
    assert y < 118 < y + height
    assert found["score"] > 0.8


def test_detect_writes_its_result_to_a_file(tmp_path, capsys):
    assert run("detect", resource("sample.jpg"), "--json", tmp_path / "faces.json") == 0
    assert capsys.readouterr().out == ""
    [entry] = report_of(tmp_path / "faces.json")
    assert entry["error"] is None
    assert len(entry["faces"]) == 1


def test_detect_fails_where_there_is_no_face(tmp_path, capsys):
    assert run("detect", photo(tmp_path / "plain.png")) == 1
    assert "no face was found" in capsys.readouterr().err


def test_train_with_a_missing_configuration_is_one_clear_line(tmp_path, capsys):
    assert run("train", tmp_path / "gone.json") == 1
    [line] = capsys.readouterr().err.splitlines()
    assert line.startswith("vrn: ")
    assert "gone.json" in line
