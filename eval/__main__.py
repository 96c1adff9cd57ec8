"""`python -m eval`."""

import sys

try:
    from eval.cli import main
except ModuleNotFoundError as error:
    if (error.name or "").partition(".")[0] in ("assistant", "eval"):
        raise
    sys.exit(f"eval: the package {error.name} is missing. Install the extra: pip install -e '.[eval]'")

main()
