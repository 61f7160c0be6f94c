"""The one place where a Difference becomes a Finding.

Differences and allowances come in, Findings go out. To add a check that needs no rule, add a block
to ``rules/own.yaml`` and a function to ``builtin_checks``; a message is worded in ``messages``.
"""
