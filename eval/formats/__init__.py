"""Forms that other tools read and write: TREC files, BEIR folders, TREC RAG 2025 answers, RAGAS samples."""
