"""The tests, and the constants that they share."""

EXTERNAL_API_URL = "http://external.test"
