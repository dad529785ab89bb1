"""Every kind of bad photo, folder and file: one clear line or a right mesh, and nothing else."""

from __future__ import annotations

import errno
import json
import os
import struct
import zlib
from pathlib import Path

import cv2
import numpy as np
import pytest
import torch
import trimesh
from PIL import Image

from vrn_core import cli
from vrn_core.commands import reconstruct
from vrn_core.inference.detection import DetectedFace
from vrn_core.inference.landmarks import LandmarkResult
from vrn_core.inference.reconstructor import DEFAULT_MODEL, LANDMARK_MODEL, Reconstructor
from vrn_core.models import create_model, save_model
from vrn_core.morphable import mean_landmarks
from vrn_core.pose import FLIP
from vrn_core.resources import resource

EXIF_ORIENTATION = 0x0112


class KnownFace:
    """In place of the networks: an upright average face in each box, and a ball in it."""

    def find(self, photo: np.ndarray, faces: list[DetectedFace]) -> list[LandmarkResult]:
        results = []
        for face in faces:
            points = mean_landmarks() @ FLIP
            points = points - points.mean(axis=0)
            points *= face.box.width / np.ptp(points[:, 0])
            points[:, :2] += face.box.center
            results.append(LandmarkResult(points.astype(np.float32), 0.9))
        return results

    def predict(self, photo: np.ndarray, crop: object, landmarks: np.ndarray) -> torch.Tensor:
        z, y, x = np.meshgrid(*[2 * np.arange(n) + 0.5 for n in (100, 96, 96)], indexing="ij")
        distance = np.sqrt((x - 95.5) ** 2 + (y - 95.5) ** 2 + ((z - 99.5) / 2) ** 2)
        return torch.from_numpy((35 - distance).astype(np.float32))


@pytest.fixture(scope="module")
def weights(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("models")
    for name in ("vrn-guided", "landmarks"):
        save_model(create_model(name), folder / f"{name}.safetensors", name=name)
    return {path.stem: path for path in folder.iterdir()}


@pytest.fixture(scope="module")
def known(weights: dict[str, Path]) -> Reconstructor:
    """Return a reconstructor with the true detector and meshing."""
    made = Reconstructor(weights["vrn-guided"], weights["landmarks"], triangles=1000)
    made._landmarks = made._volumes = KnownFace()
    return made


@pytest.fixture
def vrn(known: Reconstructor, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys):
    """Return a function that reconstructs photos: exit code, report, lines of complaint."""
    monkeypatch.setattr(reconstruct, "make_reconstructor", lambda options: known)

    def run(*arguments: object) -> tuple[int, list[dict], list[str]]:
        report = tmp_path / "report.json"
        words = ["reconstruct", *arguments, "-o", tmp_path / "out", "--json", report]
        code = cli.main([str(w) for w in words])
        said = capsys.readouterr()
        assert "Traceback" not in said.out + said.err
        return code, json.loads(report.read_text())["photos"], said.err.splitlines()

    return run


def files_in(folder: Path) -> list[str]:
    return sorted(p.name for p in folder.iterdir()) if folder.is_dir() else []


def sample() -> Image.Image:
    return Image.open(resource("sample.jpg"))


def png_header(width: int, height: int) -> bytes:
    """Return the start of a PNG that claims a size."""
    kind, facts = b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    chunk = struct.pack(">I", len(facts)) + kind + facts
    pixels = struct.pack(">I", 1000) + b"IDAT"
    return b"\x89PNG\r\n\x1a\n" + chunk + struct.pack(">I", zlib.crc32(kind + facts)) + pixels


def drawing() -> Image.Image:
    """Return a house under a sun."""
    canvas = np.full((300, 400, 3), 255, np.uint8)
    cv2.rectangle(canvas, (120, 150), (280, 270), (30, 30, 30), 3)
    cv2.polylines(canvas, [np.array([[110, 150], [200, 70], [290, 150]])], False, (200, 0, 0), 3)
    cv2.circle(canvas, (340, 60), 25, (240, 200, 0), -1)
    return Image.fromarray(canvas)


def no_image(path: Path) -> None:
    path.write_text("Dear Ana, see you on Sunday.")


def truncated(path: Path) -> None:
    path.write_bytes(resource("sample.jpg").read_bytes()[:9000])


def empty(path: Path) -> None:
    path.touch()


def one_pixel(path: Path) -> None:
    Image.new("RGB", (1, 1), "white").save(path, "PNG")


def huge(path: Path) -> None:
    path.write_bytes(png_header(30_000, 30_000))


def no_face(path: Path) -> None:
    # The astronaut's suit, below her face.
    sample().crop((0, 240, 512, 512)).save(path, "PNG")


def drawn(path: Path) -> None:
    drawing().save(path, "PNG")


BAD = [
    (no_image, "is not a photo that can be read"),
    (truncated, "is damaged and cannot be read"),
    (empty, "is empty"),
    (one_pixel, "is only 1 × 1 pixels"),
    (huge, "expected at most 120 megapixels"),
    (no_face, "no face was found"),
    (drawn, "no face was found"),
    (lambda path: path.mkdir(), "there is no photo"),
    (lambda path: None, "there is no photo"),
]
NAMES = ["no image", "truncated", "empty", "1x1", "huge", "no face", "drawing", "folder", "missing"]


@pytest.mark.parametrize(("make", "words"), BAD[:7], ids=NAMES[:7])
def test_a_bad_photo_is_one_line_and_leaves_no_file(make, words, vrn, tmp_path: Path) -> None:
    photo = tmp_path / "Zoë am Meer 1.jpg"
    make(photo)

    code, [entry], lines = vrn(photo)

    assert code == 1
    assert words in entry["error"]
    assert entry["faces"] == []
    assert len(lines) == 1
    assert lines[0].startswith("vrn: ")
    assert photo.name in lines[0]
    assert files_in(tmp_path / "out") == []


def test_all_the_bad_photos_do_not_stop_the_good_one_among_them(vrn, tmp_path: Path) -> None:
    photos = []
    for number, (make, _) in enumerate(BAD):
        photos.append(tmp_path / f"{number}.jpg")
        make(photos[-1])
    good = tmp_path / "good.png"
    sample().save(good)
    photos.insert(3, good)

    code, entries, lines = vrn(*photos)

    assert code == 1
    assert [e["photo"] for e in entries] == [str(p) for p in photos]
    assert [e["photo"] for e in entries if e["error"] is None] == [str(good)]
    assert len(lines) == len(BAD)
    assert files_in(tmp_path / "out") == ["good.glb"]


def with_alpha() -> Image.Image:
    photo = sample().convert("RGBA")
    photo.putalpha(Image.linear_gradient("L").resize(photo.size).point(lambda v: 255 - v // 4))
    return photo


def sixteen_bit() -> Image.Image:
    return Image.fromarray(np.asarray(sample().convert("L")).astype(np.uint16) * 257)


GOOD = {
    "cmyk.jpg": lambda path: sample().convert("CMYK").save(path),
    "16 bit.png": lambda path: sixteen_bit().save(path),
    "alpha.png": lambda path: with_alpha().save(path),
    "gray.jpg": lambda path: sample().convert("L").save(path),
    "animé.gif": lambda path: sample().save(
        path, save_all=True, append_images=[Image.new("RGB", (512, 512))]
    ),
    "Tante Änne & ich, été «2019».jpg": lambda path: sample().save(path),
}


@pytest.mark.parametrize("name", GOOD)
def test_an_odd_photo_gives_the_same_face_and_a_closed_mesh(name, vrn, tmp_path: Path) -> None:
    plain, odd = tmp_path / "plain.png", tmp_path / name
    sample().save(plain)
    GOOD[name](odd)

    code, entries, lines = vrn(plain, odd)

    assert (code, lines) == (0, [])
    first, second = (entry["faces"][0] for entry in entries)
    np.testing.assert_allclose(second["box"], first["box"], atol=6)
    mesh = trimesh.load_mesh(second["mesh"])
    assert Path(second["mesh"]).name == f"{odd.stem}.glb"
    assert len(mesh.faces) > 500
    assert trimesh.Trimesh(mesh.vertices, mesh.faces).is_watertight


def test_a_photo_turned_by_its_exif_tag_gives_its_face_upright(vrn, tmp_path: Path) -> None:
    plain, turned = tmp_path / "plain.png", tmp_path / "turned.jpg"
    wide = sample().crop((0, 0, 512, 300))
    wide.save(plain)
    exif = Image.Exif()
    exif[EXIF_ORIENTATION] = 6
    wide.transpose(Image.Transpose.ROTATE_90).save(turned, exif=exif, quality=95)

    code, entries, _ = vrn(plain, turned)

    assert code == 0
    first, second = (entry["faces"][0] for entry in entries)
    np.testing.assert_allclose(second["box"], first["box"], atol=4)
    np.testing.assert_allclose(second["landmarks"], first["landmarks"], atol=6)


@pytest.mark.parametrize("side", ["left", "right", "bottom"])
def test_half_a_face_at_the_border_is_a_mesh_or_a_line(side: str, vrn, tmp_path: Path) -> None:
    box = {"left": (226, 0, 512, 512), "right": (0, 0, 226, 512), "bottom": (0, 0, 512, 118)}
    photo = tmp_path / "half.png"
    sample().crop(box[side]).save(photo)

    code, [entry], lines = vrn(photo)

    if entry["error"] is None:
        assert (code, lines) == (0, [])
        mesh = trimesh.load_mesh(entry["faces"][0]["mesh"])
        assert trimesh.Trimesh(mesh.vertices, mesh.faces).is_watertight
        assert np.isfinite(entry["faces"][0]["landmarks"]).all()
    else:
        assert code == 1
        assert "no face was found" in entry["error"]
        assert files_in(tmp_path / "out") == []


def photo_in(folder: Path) -> Path:
    path = folder / "photo.png"
    sample().crop((100, 0, 356, 256)).save(path)
    return path


@pytest.mark.usefixtures("vrn")
@pytest.mark.parametrize("out", ["taken", "taken/below"])
def test_an_output_folder_that_cannot_be_is_one_line(out: str, tmp_path: Path, capsys) -> None:
    (tmp_path / "taken").write_text("a file in the way")

    code = cli.main(["reconstruct", str(photo_in(tmp_path)), "-o", str(tmp_path / out)])

    assert code == 1
    [line] = capsys.readouterr().err.splitlines()
    assert line.startswith(f"vrn: cannot write into {tmp_path / out}: ")
    assert (tmp_path / "taken").read_text() == "a file in the way"


@pytest.mark.usefixtures("vrn")
@pytest.mark.skipif(not Path("/proc/self").exists(), reason="needs a folder nobody may write to")
def test_a_folder_that_nobody_may_write_to_is_one_line(tmp_path: Path, capsys) -> None:
    code = cli.main(["reconstruct", str(photo_in(tmp_path)), "-o", "/proc/self/meshes"])

    assert code == 1
    [line] = capsys.readouterr().err.splitlines()
    assert "cannot write into /proc/self/meshes" in line


@pytest.mark.usefixtures("vrn")
def test_a_report_that_cannot_be_written_stops_before_the_work(tmp_path: Path, capsys) -> None:
    (tmp_path / "report.json").mkdir()
    words = ["reconstruct", photo_in(tmp_path), "-o", tmp_path / "out"]

    code = cli.main([str(w) for w in (*words, "--json", tmp_path / "report.json")])

    assert code == 1
    [line] = capsys.readouterr().err.splitlines()
    assert "report.json" in line
    assert files_in(tmp_path / "out") == []


@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EDQUOT, errno.EIO])
def test_a_disk_that_fills_up_leaves_old_meshes_and_no_partial_ones(
    code: int, vrn, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    photo = photo_in(tmp_path)
    assert vrn(photo)[0] == 0
    before = (tmp_path / "out" / "photo.glb").read_bytes()
    real = os.fsync

    def full(handle: int) -> None:
        if os.fstat(handle).st_size > 10_000:
            raise OSError(code, os.strerror(code))
        real(handle)

    monkeypatch.setattr("vrn_core.files.os.fsync", full)
    exit_code, [entry], [line] = vrn(photo)

    assert exit_code == 1
    assert "cannot write" in entry["error"]
    assert os.strerror(code).lower() in line
    assert files_in(tmp_path / "out") == ["photo.glb"]
    assert (tmp_path / "out" / "photo.glb").read_bytes() == before


def run_with(model: Path, landmarks: Path, folder: Path) -> int:
    words = [
        "reconstruct",
        resource("sample.jpg"),
        "-o",
        folder / "out",
        "--json",
        folder / "r.json",
    ]
    words += ["--model", model, "--landmark-model", landmarks]
    return cli.main([str(w) for w in words])


def test_missing_and_damaged_weights_are_one_line(
    weights: dict[str, Path], tmp_path: Path, capsys
) -> None:
    whole = weights["vrn-guided"].read_bytes()
    cut, zeros, text = (tmp_path / f"{n}.safetensors" for n in ("cut", "zeros", "text"))
    cut.write_bytes(whole[: len(whole) // 2])
    zeros.write_bytes(b"\0" * 5000)
    text.write_text("no weights")
    missing = tmp_path / "missing.safetensors"

    for path in (cut, zeros, text, missing):
        assert run_with(path, weights["landmarks"], tmp_path) == 1
        [line] = capsys.readouterr().err.splitlines()
        assert path.name in line
        assert run_with(weights["vrn-guided"], path, tmp_path) == 1
        [line] = capsys.readouterr().err.splitlines()
        assert path.name in line
    assert not (tmp_path / "r.json").exists()
    assert files_in(tmp_path / "out") == []


def test_weights_that_are_no_numbers_are_one_line(
    weights: dict[str, Path], tmp_path: Path, capsys
) -> None:
    for name in weights:
        model = create_model(name)
        with torch.no_grad():
            for parameter in model.parameters():
                parameter.fill_(float("nan"))
        path = tmp_path / f"{name}.safetensors"
        save_model(model, path, name=name)
        paths = {**weights, name: path}

        assert run_with(paths["vrn-guided"], paths["landmarks"], tmp_path) == 1
        [line] = capsys.readouterr().err.splitlines()
        assert line.startswith("vrn: ")
        assert "holds values that are not finite numbers" in line
        assert files_in(tmp_path / "out") == []


def test_swapped_weights_are_one_line(weights: dict[str, Path], tmp_path: Path, capsys) -> None:
    assert run_with(weights["landmarks"], weights["vrn-guided"], tmp_path) == 1
    [line] = capsys.readouterr().err.splitlines()
    assert "is a landmark network; expected a volume network" in line


@pytest.mark.skipif(
    not all(
        resource("models", f"{n}.safetensors").exists() for n in (DEFAULT_MODEL, LANDMARK_MODEL)
    ),
    reason="the trained networks are not there yet",
)
def test_the_shipped_networks_reconstruct_the_sample_photo(tmp_path: Path) -> None:
    report = tmp_path / "r.json"
    words = ["reconstruct", resource("sample.jpg"), "-o", tmp_path, "--json", report]

    assert cli.main([str(w) for w in words]) == 0

    [face] = json.loads(report.read_text())["photos"][0]["faces"]
    assert face["confidence"] > 0.5
    assert abs(face["pose"]["yaw"]) < 25
    # Millimeters, but glTF is in meters.
    size = trimesh.load_mesh(tmp_path / "sample.glb").extents * 1000
    assert 110 < size[0] < 220
    assert 130 < size[1] < 280
