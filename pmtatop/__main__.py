"""`python -m pmtatop`."""

from pmtatop.cli import main

main()
