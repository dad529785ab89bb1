"""The subcommands of ``vrn``, one module each; imported only when they are asked for."""
