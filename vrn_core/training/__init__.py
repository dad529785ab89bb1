"""Training the networks: losses, the step loop, checkpoints and the command."""
