"""One family of measures a module; every function is pure and says what it divides by what.

A function returns None where its measure does not apply to a question (nothing to find), never NaN.
"""
