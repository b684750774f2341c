"""The words of a memory: terms of a text, blocks of postings, and BM25 over them."""

# Of BM25: how soon a word said often says no more, and how much length counts.
K1, B = 1.2, 0.75
MOST_COUNTED = K1 + 1  # no term, however often it is said, weighs more times its rarity
