"""The tests, and what all of them know."""

EXTERNAL_API_URL = "http://external.test"
