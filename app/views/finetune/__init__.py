"""The wizard for fine-tuning: data, settings, training, result."""
