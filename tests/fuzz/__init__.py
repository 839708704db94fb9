"""Random programs, run by PyTorch and by the engine, and held against each other."""

import sys
from pathlib import Path

# The harness of the recordings is a folder of scripts, not a package.
sys.path.insert(0, str(Path(__file__).parent.parent / "conformance"))
