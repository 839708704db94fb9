"""Live tensors to plain records: one module per engine, and the ids they share."""
