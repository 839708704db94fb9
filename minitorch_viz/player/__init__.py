"""The player: a trace as data for one ES module, and as one HTML page."""
