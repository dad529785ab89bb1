"""Work away from the GUI thread: reconstruction, picture files and exports."""
