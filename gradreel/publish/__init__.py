"""The upload package: what lies beside a film, the texts for each platform, and the page of a day.

`record` writes what only the making of a film knows; `package` everything that follows from that,
the script and the settings.
"""
