"""Random programs, run by PyTorch and by the engine, and held against each other."""
