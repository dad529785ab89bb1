"""What goes into the built program, and what it weighs."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest
from left_out import is_left_out, is_stripped
from package import describe, oldest_glibc, weights


@pytest.mark.parametrize(
    ("place", "expected"),
    [
        ("torch/bin/test_api", True),
        ("torch/bin/torch_shm_manager", False),
        ("torch/_inductor/ir.py", True),
        ("torch/_inductor/config.py", False),
        ("torch/include/ATen/ATen.h", True),
        ("torch/lib/libtorch_cpu.so", False),
        ("PySide6\\translations\\qtbase_de.qm", True),
        ("PySide6/Qt/translations/qtbase_es.qm", False),
        ("PySide6/Qt/plugins/platforms/libqxcb.so", False),
        ("libstdc++.so.6", True),
        ("resources/models/vrn-lite.safetensors", False),
    ],
)
def test_what_is_not_used_is_left_out(place: str, expected: bool) -> None:
    assert is_left_out(place) is expected


def test_only_libraries_that_bear_it_are_stripped() -> None:
    assert is_stripped("vtkmodules/libvtkCommonCore.so")
    assert not is_stripped("scipy.libs/libscipy_openblas-6cdc3b4a.so")


def test_files_are_weighed_with_their_package(tmp_path: Path) -> None:
    for name, size in {
        "vrn-studio": 10,
        "_internal/libc.so": 20,
        "_internal/scipy/a.so": 30,
        "_internal/scipy.libs/b.so": 40,
    }.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(bytes(size))
    (tmp_path / "vrn").symlink_to("vrn-studio")
    assert weights(tmp_path) == {
        "the programs and all Python modules": 10,
        "Python and libraries of the system": 20,
        "scipy": 70,
    }


def test_the_table_ends_with_the_sum() -> None:
    table = describe(Counter({"torch": 400_000_000, "tqdm": 1_000_000, "rich": 2_000_000}))
    assert table.splitlines()[2:] == [
        "| torch | 400 |",
        "| all others | 3 |",
        "| **together** | **403** |",
    ]


def test_the_oldest_c_library_is_that_which_all_files_can_live_with(tmp_path: Path) -> None:
    (tmp_path / "a.so").write_bytes(b"\0GLIBC_2.4\0GLIBC_2.28\0")
    (tmp_path / "b.so.1").write_bytes(b"\0GLIBC_2.34\0")
    (tmp_path / "notes.txt").write_bytes(b"\0GLIBC_2.99\0")
    assert oldest_glibc(tmp_path) == "2.34"
