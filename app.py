"""The chat page: `assistant chat`, or `streamlit run app.py`. All of it stands in the package `page`."""

from streamlit import App

from page.server import SCRIPT, opening

app = App(SCRIPT, lifespan=opening)
