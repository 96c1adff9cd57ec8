"""What Streamlit runs for each reader, again and again."""

from page.main import main

main()
