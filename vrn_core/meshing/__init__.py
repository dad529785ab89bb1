"""From a volume to a mesh: its surface, cleaned, colored, drawn and written."""
