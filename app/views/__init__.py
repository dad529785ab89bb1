"""The widgets that show the state and ask for changes."""
