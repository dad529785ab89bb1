from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import trimesh
from PIL import Image

from vrn_core import cli
from vrn_core.commands import export
from vrn_core.errors import NoFaceFoundError
from vrn_core.meshing.color import color_from_photo
from vrn_core.meshing.confidence import reconstruction_confidence
from vrn_core.meshing.export import OPTIONAL, PLAIN
from vrn_core.meshing.frames import crop_to_photo, transform_mesh
from vrn_core.meshing.grid import VoxelGrid
from vrn_core.meshing.isosurface import extract_isosurface
from vrn_core.meshing.kept import KeptVolume
from vrn_core.pose import FLIP, Similarity
from vrn_core.project.contents import FaceResult, Project, SavedPhoto
from vrn_core.project.saving import save_project
from vrn_core.texture.bake import LARGEST
from vrn_core.types import FaceBox, FaceCrop, Pose, Reconstruction

MM_PER_PX = 1.2


def make_face(photo: np.ndarray) -> Reconstruction:
    """A ball in the middle of a photo of 192 pixels a side, 40 pixels in radius."""
    z, y, x = np.ogrid[0:100, 0:96, 0:96]
    distance = np.sqrt((2 * x - 95) ** 2 + (2 * y - 95) ** 2 + (z - 50) ** 2)
    volume = np.rint(np.clip((40 - distance) / 6 + 0.5, 0, 1) * 255).astype(np.uint8)
    crop = FaceCrop((95.5, 95.5), 1.0)
    surface = extract_isosurface(volume, 0.55, grid=VoxelGrid.of_crop(2))
    mesh = color_from_photo(crop_to_photo(surface, crop), photo)
    middle = np.array([95.5, 95.5, 0])
    to_canonical = Similarity(MM_PER_PX, FLIP, -MM_PER_PX * FLIP @ middle)
    return Reconstruction(
        box=FaceBox(50, 50, 90, 90, 0.9),
        crop=crop,
        landmarks=np.full((68, 3), 95, np.float32),
        pose=Pose(0.0, 0.0, 0.0),
        make_volume=lambda: volume,
        mesh=mesh,
        mesh_canonical=transform_mesh(mesh, to_canonical),
        confidence=0.8,
        timings_ms={"detect": 1.0},
    )


class FakeReconstructor:
    """Finds a ball in every photo but those that are black."""

    iso_level, smoothing = 0.55, 5

    def reconstruct(self, photo, cancel=None, progress=None):
        progress(0.5, "halfway")
        if not photo.any():
            raise NoFaceFoundError("no face was found in the photo; try another")
        return [make_face(photo)]


@pytest.fixture
def fake(monkeypatch):
    monkeypatch.setattr(export, "make_reconstructor", lambda options: FakeReconstructor())


def colorful() -> np.ndarray:
    y, x = np.mgrid[0:192, 0:192]
    return np.stack([x, y, 255 - x], axis=2).astype(np.uint8)


def photo(path: Path, pixels: np.ndarray | None = None) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(colorful() if pixels is None else pixels).save(path)
    return path


def project(path: Path, **changes: object) -> Path:
    result = make_face(colorful())
    face = FaceResult.of(result, reconstruction_confidence(result, (192, 192)))
    values = {"volume": KeptVolume.of(result), **changes}
    face = FaceResult(**{**vars(face), **values})
    saved = SavedPhoto(name="Anna/Lena.png", pixels=colorful(), state="done", faces=(face,))
    save_project(path, Project((saved,)))
    return path


def run(*arguments: object) -> int:
    return cli.main([str(a) for a in arguments])


def files_in(folder: Path) -> set[str]:
    return {p.name for p in folder.iterdir()}


def test_formats_and_sizes_offered_are_those_that_can_be_written():
    assert set(cli.EXPORT_FORMATS) == {*PLAIN, *OPTIONAL}
    assert cli.LARGEST_TEXTURE == LARGEST


@pytest.mark.usefixtures("fake")
def test_photo_becomes_a_textured_mesh_in_every_format(tmp_path):
    pytest.importorskip("pxr", reason="usd-core is not installed")
    out = tmp_path / "out"
    code = run(
        "export", photo(tmp_path / "me.png"), "-o", out, "--format", "glb,obj,ply,stl,usdz",
        "--triangles", 1000, "--normal-map", "--even-light", "--texture", 256,
        "--json", tmp_path / "r.json",
    )  # fmt: skip
    assert code == 0
    assert files_in(out) == {
        "me.glb", "me.obj", "me.mtl", "me_color.png", "me_normal.png", "me.ply", "me.stl",
        "me.usdz",
    }  # fmt: skip
    [entry] = json.loads((tmp_path / "r.json").read_text())["photos"]
    assert Path(entry["faces"][0]["mesh"]) == out / "me.glb"
    back = trimesh.load(out / "me.glb", force="mesh", process=False)
    assert 900 < len(back.faces) <= 1000
    np.testing.assert_allclose(np.ptp(back.vertices, axis=0), 2 * 40 * MM_PER_PX / 1000, rtol=0.03)
    with Image.open(out / "me_color.png") as picture:
        assert picture.size == (256, 256)
    solid = trimesh.load(out / "me.stl")
    assert solid.is_watertight
    assert solid.volume > 0


@pytest.mark.usefixtures("fake")
def test_without_texture_colors_stay_at_the_vertices(tmp_path):
    one = photo(tmp_path / "me.png")
    assert run("export", one, "-o", tmp_path / "out", "--texture", "none", "--format", "obj") == 0
    assert files_in(tmp_path / "out") == {"me.obj"}
    back = trimesh.load(tmp_path / "out" / "me.obj", process=False)
    assert np.ptp(back.visual.vertex_colors[:, 0]) > 40


@pytest.mark.usefixtures("fake")
def test_frame_photo_keeps_the_pixels(tmp_path):
    one = photo(tmp_path / "me.png")
    code = run("export", one, "-o", tmp_path / "out", "--frame", "photo", "--format", "obj")
    assert code == 0
    back = trimesh.load(tmp_path / "out" / "me.obj", force="mesh", process=False)
    middle = (back.vertices.min(axis=0) + back.vertices.max(axis=0)) / 2
    np.testing.assert_allclose(middle, [95.5, 95.5, 0], atol=1)
    np.testing.assert_allclose(np.ptp(back.vertices, axis=0), 80, rtol=0.03)


@pytest.mark.usefixtures("fake")
def test_one_bad_file_never_stops_the_rest(tmp_path, capsys):
    folder = tmp_path / "in"
    photo(folder / "a.png", np.zeros((192, 192, 3), np.uint8))
    photo(folder / "b.png")
    broken = tmp_path / "broken.vrn"
    broken.write_bytes(b"no project")
    code = run("export", folder, broken, project(tmp_path / "p.vrn"), "-o", tmp_path / "out")
    assert code == 1
    assert files_in(tmp_path / "out") == {"b.glb", "Lena.glb"}
    lines = capsys.readouterr().err.splitlines()
    assert len(lines) == 2
    assert "no face" in lines[0]
    assert "damaged or not a VRN Studio project" in lines[1]


@pytest.mark.parametrize("volume", [True, False])
def test_project_is_exported_without_any_network(tmp_path, monkeypatch, volume):
    def refuse(options):
        raise AssertionError("no network is needed")

    monkeypatch.setattr(export, "make_reconstructor", refuse)
    changes = {} if volume else {"volume": None}
    source = project(tmp_path / "p.vrn", **changes)
    code = run("export", source, "-o", tmp_path / "out", "--format", "obj", "--triangles", 800)
    assert code == 0
    assert {"Lena.obj", "Lena.mtl", "Lena_color.png"} == files_in(tmp_path / "out")
    back = trimesh.load(tmp_path / "out" / "Lena.obj", force="mesh", process=False)
    np.testing.assert_allclose(np.ptp(back.vertices, axis=0), 2 * 40 * MM_PER_PX, rtol=0.03)


def test_empty_project_is_an_error(tmp_path, capsys):
    save_project(tmp_path / "p.vrn", Project())
    assert run("export", tmp_path / "p.vrn", "-o", tmp_path / "out") == 1
    assert "holds no face" in capsys.readouterr().err


def test_projects_are_exported_without_torch(tmp_path):
    source = project(tmp_path / "p.vrn")
    code = (
        "import sys\nfrom vrn_core.cli import main\n"
        f"code = main(['export', {str(source)!r}, '-o', {str(tmp_path / 'out')!r}, '--quiet'])\n"
        "print(code, 'torch' in sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True,
        cwd=Path(cli.__file__).parents[1],
    )  # fmt: skip
    assert done.stdout.split() == ["0", "False"]


@pytest.mark.parametrize(
    "arguments",
    [
        ["--texture", "5"],
        ["--texture", "large"],
        ["--texture", "9000"],
        ["--format", "glb,max"],
        ["--triangles", "2"],
        ["--frame", "world"],
    ],
)
def test_wrong_option_is_refused_by_the_parser(arguments, capsys):
    with pytest.raises(SystemExit) as refusal:
        run("export", "a.png", "-o", "out", *arguments)
    assert refusal.value.code == 2
    assert arguments[0] in capsys.readouterr().err


def test_missing_usd_is_told_before_the_work(tmp_path, monkeypatch, capsys):
    from vrn_core.errors import ExportError

    def absent():
        raise ExportError("USDZ needs the package usd-core, which is not installed")

    monkeypatch.setattr("vrn_core.meshing.usd.check_usd", absent)
    code = run("export", photo(tmp_path / "a.png"), "-o", tmp_path / "out", "--format", "usdz")
    assert code == 1
    [line] = capsys.readouterr().err.splitlines()
    assert "usd-core" in line


@pytest.mark.usefixtures("fake")
def test_what_the_template_does_not_fit_is_exported_without_it(tmp_path, capsys):
    code = run("export", photo(tmp_path / "me.png"), "-o", tmp_path / "out", "--template")
    assert code == 0
    assert "landmarks do not form a face" in capsys.readouterr().err
    mesh = trimesh.load(tmp_path / "out" / "me.glb", force="mesh", process=False)
    np.testing.assert_allclose(np.ptp(mesh.vertices, axis=0), 2 * 40 * MM_PER_PX / 1000, rtol=0.03)


@pytest.mark.parametrize(
    "more", [["--normal-map"], ["--format", "stl"], ["--triangles", "2000"]], ids=lambda m: m[0]
)
def test_template_refuses_what_it_cannot_have(more, tmp_path, capsys):
    with pytest.raises(SystemExit):
        run("export", "a.jpg", "-o", tmp_path, "--template", *more)
    assert "--template" in capsys.readouterr().err


@pytest.mark.usefixtures("fake")
def test_fine_relief_is_exported_by_choice(tmp_path):
    picture = photo(tmp_path / "me.png")
    code = run("export", picture, "-o", tmp_path / "out", "--format", "obj", "--detail", "0.5")
    assert code == 0
    assert "me_normal.png" in files_in(tmp_path / "out")


@pytest.mark.parametrize("more", [["--detail", "2"], ["--detail", "0.5", "--texture", "none"]])
def test_relief_that_cannot_be_is_refused(more, tmp_path, capsys):
    with pytest.raises(SystemExit):
        run("export", "a.jpg", "-o", tmp_path, *more)
    assert "detail" in capsys.readouterr().err
