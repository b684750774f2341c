"""Servers of their own processes, and a load that costs less than they do."""
