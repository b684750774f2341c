"""Terminal doors."""
