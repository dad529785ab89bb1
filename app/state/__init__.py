"""What is loaded and selected, as QObjects without widgets."""
