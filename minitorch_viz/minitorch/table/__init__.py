"""The table of operations: one row each. Importing it fills `op.OPS`."""

from __future__ import annotations

from . import angles as angles
from . import binary as binary
from . import cholesky as cholesky
from . import comparisons as comparisons
from . import conditions as conditions
from . import copies as copies
from . import counts as counts
from . import decompositions as decompositions
from . import divisions as divisions
from . import draws as draws
from . import exponentials as exponentials
from . import fills as fills
from . import indices as indices
from . import joins as joins
from . import layouts as layouts
from . import matrices as matrices
from . import measures as measures
from . import moves as moves
from . import numbers as numbers
from . import patches as patches
from . import places as places
from . import products as products
from . import pseudoinverses as pseudoinverses
from . import reductions as reductions
from . import scans as scans
from . import scientific as scientific
from . import special as special
from . import typed as typed
from . import unary as unary
from . import views as views
