"""The upload package of a day: the texts for each platform, when a short comes out, the page with
all of them. Everything here follows from script, settings and what `gradreel.evidence` recorded."""
