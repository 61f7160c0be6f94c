"""Speed and memory beside other programs, within one run: ``make bench`` writes benchmarks.md.

Every command is a whole process. Rounds are interleaved, so that a busy machine slows all of them,
and one byte of every file changes between rounds, so that nothing can be kept. CPU is user and
system time of a process and of those it began; wall is what a person waits for.
"""
