"""The HTTP door: who calls, what they ask, one call downstairs, the answer in JSON.

DESIGN.md section 6 is the contract. Nothing in here knows how an import is done.
"""
