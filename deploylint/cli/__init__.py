"""The command line and the terminal: commands, options, exit codes.

A command line comes in, text and an exit code go out. To add a command, write a module like
``allowances`` and register it in ``main``; an option is one type in ``options``.
"""
