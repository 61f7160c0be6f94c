"""Command lines of workers and servers.

The words of a command come in, values of a component go out. A technology is one entry of
``profiles/technologies.yaml``.
"""
