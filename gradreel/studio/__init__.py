"""A local page on which an author sees what an edit does: pictures, films, findings and errors, as
fast as they are made.

`guard` decides who may ask, `served` hands out pictures and films, `board` tells what happens,
`asked` reads what the page wants, and `app` puts them behind one address.
"""
