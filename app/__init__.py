"""The desktop program: a window around the core library."""
