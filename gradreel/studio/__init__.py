"""The studio: a local page that shows a short while it is written."""
