"""What of the packages the built program does without, and why.

Read by `vrn-studio.spec`. Whatever is added here is checked by `make package-test`.
"""

from __future__ import annotations

from fnmatch import fnmatch

MODULES = (
    # Peers of the benchmarks and other runtimes: installed by those who want them. What they
    # weigh is told in docs/packaging.md.
    "dlib",
    "_dlib_pybind11",
    "eos",
    "onnx",
    "onnxruntime",
    "openvino",
    "pxr",
    # Parts of torch for its own developers, and for compiling networks.
    "torch.testing._internal",
    "torch.utils.tensorboard",
    "torch.utils.benchmark",
    "torchgen",
    "triton",
    # Asked for by packages for what is not done here.
    "IPython",
    "PyQt5",
    "PyQt6",
    "PySide2",
    "jinja2.tests",
    "matplotlib.tests",
    "numba.tests",
    "numpy.tests",
    "pandas",
    "pytest",
    "_pytest",
    "scipy.tests",
    "setuptools",
    "tkinter",
    "trame",
    "vtkmodules.web",
)
"""Not looked for and not taken in."""

FILES = (
    # torch: its tests, tools and headers.
    "torch/test/*",
    "torch/bin/*",
    "torch/include/*",
    "torch/share/*",
    "torch/lib/*_test.so",
    "torch/lib/libbackend_with_compiler.so",
    "torch/lib/libaoti_custom_ops.so",
    "*.a",
    "*.lib",
    "*.h",
    "*.hpp",
    "*.cuh",
    "*.pyi",
    "*.pxd",
    # Qt: what is not for windows of widgets.
    "PySide6/Qt/qml/*",
    "PySide6/qml/*",
    "*Qt6Quick*",
    "*Qt6Qml*",
    "*Qt6Designer*",
    "*Qt6Wayland*Compositor*",
    "*QtQuick.*",
    "*QtQml.*",
    "PySide6/Qt/plugins/sqldrivers/*",
    "PySide6/Qt/plugins/qmltooling/*",
    "PySide6/Qt/plugins/platforms/libqeglfs.so",
    "PySide6/Qt/plugins/platforms/libqlinuxfb.so",
    "PySide6/Qt/plugins/platforms/libqvnc.so",
    "PySide6/Qt/plugins/platforms/libqvkkhrdisplay.so",
    "PySide6/Qt/plugins/egldeviceintegrations/*",
    "PySide6/Qt/plugins/platforminputcontexts/libqtvirtualkeyboardplugin.so",
    # Pictures and data that come with packages as examples.
    "matplotlib/mpl-data/sample_data/*",
    "matplotlib/mpl-data/images/*",
    "pyvista/examples/*",
    "pyqtgraph/examples/*",
    "trimesh/resources/templates/*",
)
"""Patterns of places in the built folder; `*` stands for any characters, `/` too."""


def is_left_out(place: str) -> bool:
    """Return whether a file with this place in the built folder is left out."""
    place = place.replace("\\", "/")
    return any(fnmatch(place, pattern) for pattern in FILES)
