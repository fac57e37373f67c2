"""`python -m lms.cli` is the `alongside` command."""

from lms.cli import main

main()
