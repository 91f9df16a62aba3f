"""Siting: which clinics get which kit."""
