"""Backup and restore of everything a house holds: database, files, store, key.

A backup is one ``.tar.gz``: ``manifest.json`` first, then the members it names
with their hashes. A restore happens in a place beside the house and is moved in
at the end, so that it is whole or did not happen.
"""
