"""What proves a film: the runs it shows, every text that was on screen, its measures; and whether
all of that still holds."""
