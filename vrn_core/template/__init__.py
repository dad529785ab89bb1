"""A template head of clean quads, wrapped onto reconstructed faces, with its expressions."""
