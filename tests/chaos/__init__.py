"""Schedules of faults over real processes, and what they must not change.

These take minutes: ``make chaos`` runs them. Every random schedule prints its seed; the oracle is
always the same: the rows of an undisturbed import, each answer of a model paid for once, no spool
and no process left.
"""
