"""Fine-tuning on a person's own photos and scans: labels, settings, and what it brought."""
