"""Training data: portraits turned to any pose, with their volumes and landmarks."""
