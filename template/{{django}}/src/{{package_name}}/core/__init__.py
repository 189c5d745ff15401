"""What every app stands on: who calls, errors, pages, the documentation."""
