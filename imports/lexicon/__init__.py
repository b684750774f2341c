"""The words of a memory: terms of a text, blocks of postings, and BM25 over them."""

K1, B = (
    1.2,
    0.75,
)  # of BM25: how soon a word said often says no more, how much length counts
MOST_COUNTED = K1 + 1  # no term, however often it is said, weighs more times its rarity
