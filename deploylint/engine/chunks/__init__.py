"""Large groups of files, checked chunk by chunk, on several cores where there are some.

``run`` checks a group so, ``chunk`` is the work on one chunk. What a chunk sends to another process
is plain data.
"""
