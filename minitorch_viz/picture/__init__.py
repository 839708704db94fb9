"""A trace or snapshot as a picture: places, layout, scene, SVG, PNG and PDF."""
