"""The charts and releases that values files belong to, and what these make of the files.

``search`` finds the chart of a file; each of the others answers one question about charts: what
one consists of, which values lie over those of others, and which files are environments.
"""
