"""The windows that ask one question or tell one thing."""
