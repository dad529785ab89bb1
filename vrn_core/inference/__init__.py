"""From a photo to the faces in it: detection, landmarks, volumes and meshes."""
