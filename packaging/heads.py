"""A picture of what is exported, for the README: the head of quads, turned and animated."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

SIZE = 420
SHOTS: tuple[tuple[float, tuple[str, ...]], ...] = (
    (0, ()),
    (40, ()),
    (0, ("jawOpen",)),
    (0, ("eyeBlinkLeft", "eyeBlinkRight", "mouthPucker")),
)
"""Angle of the camera in degrees, and the expressions at full strength."""
MIDDLE_MM, REACH_MM = (0.0, -28.0, -40.0), 128.0


def take_heads(photo: Path, target: Path) -> None:
    """Draw the head made from a photo: its texture above, its quads below."""
    import pyvista as pv

    pyvista: Any = pv
    head = exported_head(photo)
    assert head.morphs is not None
    plotter = pyvista.Plotter(
        off_screen=True, shape=(2, len(SHOTS)), window_size=(len(SHOTS) * SIZE, 2 * SIZE),
        border=False,
    )  # fmt: skip
    plotter.enable_anti_aliasing("ssaa")
    texture = pyvista.numpy_to_texture(head.texture)
    for column, (angle, names) in enumerate(SHOTS):
        moved = head.mesh.vertices.copy()
        for name in names:
            moved += head.morphs.offsets[head.morphs.names.index(name)]
        for row in range(2):
            plotter.subplot(row, column)
            plotter.set_background("#2b2f36")
            _add(plotter, head, moved, texture if row == 0 else None)
            way = np.array([np.sin(np.deg2rad(angle)), 0.03, np.cos(np.deg2rad(angle))])
            place = np.array(MIDDLE_MM) + 600 * way
            plotter.camera_position = [tuple(place), MIDDLE_MM, (0, 1, 0)]
            plotter.camera.parallel_projection = True
            plotter.camera.parallel_scale = REACH_MM
    plotter.screenshot(str(target))
    plotter.close()


def exported_head(photo: Path) -> Any:
    """Return the head that ``vrn export --template`` makes of a photo."""
    from vrn_core.inference.photo import load_photo
    from vrn_core.inference.reconstructor import Reconstructor
    from vrn_core.meshing.blend import PhotoView
    from vrn_core.meshing.kept import KeptVolume
    from vrn_core.texture.textured import TextureSettings, finish, full_surface

    pixels = load_photo(photo)
    face = Reconstructor().reconstruct(pixels)[0]
    kept = KeptVolume.of(face)
    landmarks = kept.to_canonical.apply(face.landmarks).astype(np.float32)
    view = PhotoView(pixels, kept.to_canonical.inverse())
    settings = TextureSettings(template=True)
    return finish(full_surface(kept), [view], settings, landmarks=landmarks)


def _add(plotter: Any, head: Any, vertices: Any, texture: Any) -> None:
    """Add the head with a texture, or as clay with its quads."""
    import pyvista

    from vrn_core.types import halved_quads

    light: dict[str, Any] = {"smooth_shading": True, "ambient": 0.3, "diffuse": 0.75, "specular": 0}
    if texture is not None:
        count = np.full(len(head.corners), 3)
        mesh = pyvista.PolyData(
            vertices[head.origin], np.column_stack([count, head.corners]).ravel()
        )
        mesh.active_texture_coordinates = head.uv
        plotter.add_mesh(mesh, texture=texture, **light)
        return
    quads = halved_quads(head.mesh.faces)
    mesh = pyvista.PolyData(vertices, np.column_stack([np.full(len(quads), 4), quads]).ravel())
    plotter.add_mesh(
        mesh, color="#cbc5bd", show_edges=True, edge_color="#5a5650", line_width=1, **light
    )
