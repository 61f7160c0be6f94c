"""Command lines to what they say of a worker or a server.

The words of a command come in, values of a component go out. A technology is one entry of
``profiles/technologies.yaml``.
"""
