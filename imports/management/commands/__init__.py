"""One command per file: parse, make one call, print a line per result."""
