"""The evaluation harness: question sets in; scores, reports and comparisons out.

It knows the assistant through the public names of the package `assistant` alone, and can score any
other system's answers in the same form. `docs/EVALUATION.md` says what each measure counts.
"""
