"""Names of the files of a run's folder."""

from __future__ import annotations

__all__ = ["ANSWERS", "COMPARISON", "COMPARISON_REPORT", "QUESTIONS", "REPORT", "SUMMARY"]

ANSWERS = "answers.jsonl"
QUESTIONS = "questions.jsonl"
SUMMARY = "summary.json"
REPORT = "report.html"
COMPARISON = "compare.json"
COMPARISON_REPORT = "compare.html"
