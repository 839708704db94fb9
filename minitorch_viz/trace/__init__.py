"""A program, run and recorded: instrumented source and engine events become a trace."""
