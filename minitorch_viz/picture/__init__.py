"""A trace or snapshot as a picture, in pure steps.

history  a trace as one timeline per tensor, node and operation
blocks   leaves, operations and ghosts, and what flows into them
places   which block stands where: a place is used again when it is free
frames   how big each place is; dot, engines and layout find where it stands
scene    elements with the steps at which they are seen: what the player shows
sheet    one step with title and legend; svg, bitmap and paper make files of it
"""
