"""``python -m deploylint``."""

from deploylint.cli import main

main()
