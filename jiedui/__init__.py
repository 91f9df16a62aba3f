"""Jiedui 结对: paired medical-assistance programmes from end to end."""
