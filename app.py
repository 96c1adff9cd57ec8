"""The chat page: `assistant chat`, or `streamlit run app.py`. All of it stands in the package `page`."""

from page.main import main

main()
