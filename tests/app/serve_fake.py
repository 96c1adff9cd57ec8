"""The page with the computable assistant: `streamlit run tests/app/serve_fake.py`."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

import page.engine
from page.main import main
from tests.app.fakes import FakeAssistant

page.engine.Assistant = FakeAssistant  # type: ignore[misc,assignment]
main()
