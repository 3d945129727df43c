"""Runs that die, inputs that are broken, and many articles: scripts, and their short versions as tests.

    python -m tests.robustness.kills --kills 100
    python -m tests.robustness.fuzz --inputs 10000
    python -m tests.robustness.many --articles 10000

Their last results stand in docs/explanation/limits.md.
"""
