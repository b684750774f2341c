"""The house: one export in, one soulprint and one searchable memory out."""
