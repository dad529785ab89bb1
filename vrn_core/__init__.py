"""VRN Studio's core: one photo of a face to a volume, a surface and a mesh.

The library never imports Qt. Its coordinate conventions hold everywhere:

Pixels
    The centre of the top-left pixel is (0, 0); x grows to the right, y downwards.
Photo frame
    The camera axes of OpenCV, orthographic and right-handed: x right, y down, z away
    from the camera, all in pixels of the original photo. z = 0 is the mean depth of the
    face.
Crop
    192 x 192 pixels, scaled by 90 / sqrt(w * h) of the box of the 68 landmarks and
    centred on their mean (see :class:`vrn_core.types.FaceCrop`); never rotated.
Volume
    (200, 192, 192) occupancy, axes (z, y, x), aligned with the crop: voxel (k, j, i) is
    centred on crop pixel (i, j) at depth (k - 99.5) / 2 pixels from the face's mean z.
Canonical frame
    Right-handed, y up, the face looking along +z, x towards the viewer's right;
    millimetres, origin midway between the eyes.
Landmarks
    68 points in iBUG order.
Meshes
    Closed, triangles counter-clockwise seen from outside in their own frame.
"""

from __future__ import annotations

__version__ = "0.1.0"
