"""The bytes of a mesh as USDZ, by Pixar's own library."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

import numpy as np

from vrn_core.errors import ExportError
from vrn_core.meshing.geometry import vertex_normals
from vrn_core.meshing.pictures import jpeg_bytes, png_bytes
from vrn_core.types import TexturedMesh, TriangleMesh, halved_quads


def check_usd() -> None:
    """Raise :class:`ExportError` if the package that writes USD is not there."""
    try:
        import pxr.Usd  # noqa: F401
    except ImportError as error:
        raise ExportError(
            "USDZ needs the package usd-core, which is not installed; "
            'run pip install "usd-core>=25" or choose another format'
        ) from error


def usdz_bytes(mesh: TriangleMesh | TexturedMesh, meters_per_unit: float = 1.0) -> bytes:
    """Return a USDZ package: one mesh with one material, y up.

    Parameters
    ----------
    mesh : TriangleMesh or TexturedMesh
        A plain one takes its vertex colors along.
    meters_per_unit : float, default: 1.0
        Length of a unit of the coordinates.

    Raises
    ------
    ExportError
        If the package usd-core is not installed, or fails.
    """
    check_usd()
    from pxr import Sdf, Usd, UsdGeom, UsdShade

    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        source, package = folder / "face.usdc", folder / "face.usdz"
        stage = Usd.Stage.CreateNew(str(source))
        UsdGeom.SetStageUpAxis(stage, UsdGeom.Tokens.y)
        UsdGeom.SetStageMetersPerUnit(stage, meters_per_unit)
        root = UsdGeom.Xform.Define(stage, "/face")
        stage.SetDefaultPrim(root.GetPrim())
        shape = UsdGeom.Mesh.Define(stage, "/face/mesh")
        _add_geometry(shape, mesh, Sdf, UsdGeom)
        pictures: dict[str, bytes] = {}
        if isinstance(mesh, TexturedMesh):
            if mesh.texture is not None:
                pictures["texture.jpg"] = jpeg_bytes(mesh.texture)
            if mesh.normal_map is not None:
                pictures["normal.png"] = png_bytes(mesh.normal_map)
            for file, content in pictures.items():
                (folder / file).write_bytes(content)
            material = _add_material(stage, tuple(pictures), Sdf, UsdShade)
            UsdShade.MaterialBindingAPI.Apply(shape.GetPrim()).Bind(material)
        stage.GetRootLayer().Save()
        del stage, root, shape
        # The stage comes first, and everything uncompressed at whole multiples of 64 bytes.
        with Sdf.ZipFileWriter.CreateNew(str(package)) as writer:
            for file in (source.name, *pictures):
                writer.AddFile(str(folder / file), file)
        return package.read_bytes()


def _add_geometry(shape: Any, mesh: TriangleMesh | TexturedMesh, sdf: Any, geom: Any) -> None:
    """Write points, triangles, normals, and the places in the texture or the vertex colors."""
    from pxr import Vt

    plain = mesh.mesh if isinstance(mesh, TexturedMesh) else mesh
    points = np.ascontiguousarray(plain.vertices, np.float32)
    shape.CreatePointsAttr(Vt.Vec3fArray.FromNumpy(points))
    quads = isinstance(mesh, TexturedMesh) and mesh.quads
    faces = halved_quads(plain.faces) if quads else plain.faces
    counts = np.full(len(faces), faces.shape[1], np.int32)
    shape.CreateFaceVertexCountsAttr(Vt.IntArray.FromNumpy(counts))
    shape.CreateFaceVertexIndicesAttr(
        Vt.IntArray.FromNumpy(np.ascontiguousarray(faces.reshape(-1), np.int32))
    )
    shape.CreateNormalsAttr(Vt.Vec3fArray.FromNumpy(vertex_normals(plain)))
    shape.SetNormalsInterpolation(geom.Tokens.vertex)
    # Else readers take the triangles for a cage to be subdivided.
    shape.CreateSubdivisionSchemeAttr(geom.Tokens.none)
    extent = np.stack([points.min(axis=0), points.max(axis=0)])
    shape.CreateExtentAttr(Vt.Vec3fArray.FromNumpy(extent))
    variables = geom.PrimvarsAPI(shape)
    if isinstance(mesh, TexturedMesh):
        kind = sdf.ValueTypeNames.TexCoord2fArray
        places = variables.CreatePrimvar("st", kind, geom.Tokens.faceVarying)
        places.Set(Vt.Vec2fArray.FromNumpy(np.ascontiguousarray(mesh.uv, np.float32)))
        corners = halved_quads(mesh.corners) if quads else mesh.corners
        numbers = np.ascontiguousarray(corners.reshape(-1), np.int32)
        places.SetIndices(Vt.IntArray.FromNumpy(numbers))
    elif plain.colors is not None:
        # displayColor is linear light.
        linear = ((plain.colors / 255) ** 2.2).astype(np.float32)
        colors = shape.CreateDisplayColorPrimvar(geom.Tokens.vertex)
        colors.Set(Vt.Vec3fArray.FromNumpy(linear))


def _add_material(stage: Any, pictures: tuple[str, ...], sdf: Any, shade: Any) -> Any:
    """Define a preview surface that reads the pictures at the primvar st; return it."""
    names = sdf.ValueTypeNames
    material = shade.Material.Define(stage, "/face/skin")
    surface = shade.Shader.Define(stage, "/face/skin/surface")
    surface.CreateIdAttr("UsdPreviewSurface")
    surface.CreateInput("roughness", names.Float).Set(0.9)
    surface.CreateInput("metallic", names.Float).Set(0.0)
    material.CreateSurfaceOutput().ConnectToSource(surface.ConnectableAPI(), "surface")
    reader = shade.Shader.Define(stage, "/face/skin/places")
    reader.CreateIdAttr("UsdPrimvarReader_float2")
    reader.CreateInput("varname", names.String).Set("st")
    places = reader.CreateOutput("result", names.Float2)
    for file in pictures:
        relief = file.startswith("normal")
        picture = shade.Shader.Define(stage, "/face/skin/relief" if relief else "/face/skin/color")
        picture.CreateIdAttr("UsdUVTexture")
        picture.CreateInput("file", names.Asset).Set(f"./{file}")
        picture.CreateInput("st", names.Float2).ConnectToSource(places)
        for axis in ("wrapS", "wrapT"):
            picture.CreateInput(axis, names.Token).Set("clamp")
        picture.CreateInput("sourceColorSpace", names.Token).Set("raw" if relief else "sRGB")
        if relief:
            # Bytes stand for -1 to 1.
            picture.CreateInput("scale", names.Float4).Set((2.0, 2.0, 2.0, 1.0))
            picture.CreateInput("bias", names.Float4).Set((-1.0, -1.0, -1.0, 0.0))
        color = picture.CreateOutput("rgb", names.Float3)
        goal = surface.CreateInput(
            "normal" if relief else "diffuseColor", names.Normal3f if relief else names.Color3f
        )
        goal.ConnectToSource(color)
    return material
