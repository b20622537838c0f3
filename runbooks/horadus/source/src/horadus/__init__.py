"""Probabilities for trends, read from news feeds."""
