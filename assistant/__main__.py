"""`python -m assistant` is the console script `assistant`."""

import sys

from assistant.serve.cli import main

if __name__ == "__main__":
    sys.exit(main())
