"""The views: parse, one call downstairs, render."""
