"""``deploylint init``: a configuration under which a fleet passes today.

Folders come in, a configuration and a baseline of allowances go out. What is proposed is in
``proposal``, what is written in ``write``, what the terminal shows in ``screen``.
"""
