"""The window of the trainings."""
