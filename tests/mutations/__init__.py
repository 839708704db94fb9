"""Trace files with random bytes changed: read, drawn and shown, or refused in words."""
