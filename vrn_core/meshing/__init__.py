"""From a volume to a mesh: its surface, cleaned, colored, drawn and written."""

from vrn_core.meshing.cleanup import clean_mesh, decimate, largest_component, smooth
from vrn_core.meshing.color import SymmetryPlane, color_from_photo
from vrn_core.meshing.export import export_formats, save_mesh
from vrn_core.meshing.frames import crop_to_photo, photo_to_crop, transform_mesh
from vrn_core.meshing.isosurface import VoxelGrid, extract_isosurface
from vrn_core.meshing.render import render_contact, render_mesh

__all__ = [
    "SymmetryPlane",
    "VoxelGrid",
    "clean_mesh",
    "color_from_photo",
    "crop_to_photo",
    "decimate",
    "export_formats",
    "extract_isosurface",
    "largest_component",
    "photo_to_crop",
    "render_contact",
    "render_mesh",
    "save_mesh",
    "smooth",
    "transform_mesh",
]
