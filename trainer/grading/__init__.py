"""Grading: an answer in, a `Grade` out. Pure functions, no I/O, no clock, no randomness."""
