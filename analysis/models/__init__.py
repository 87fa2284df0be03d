"""Models: fit_ functions that return frozen results."""
