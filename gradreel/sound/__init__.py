"""What is heard beside the voice: quiet effects that mark what happens, and the user's music."""
