"""Project files: photos, faces, meshes, volumes and settings in one file."""
