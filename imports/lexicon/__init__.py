"""The words of a memory: terms of a text, blocks of postings, and BM25 over them."""
