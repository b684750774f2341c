"""What we measure ourselves against: the smallest programs that do the same."""
