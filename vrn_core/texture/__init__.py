"""A picture for a mesh: its surface laid flat, painted from photos, with the finest relief."""
