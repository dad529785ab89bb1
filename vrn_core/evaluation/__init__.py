"""Accuracy on people whom training never saw."""
