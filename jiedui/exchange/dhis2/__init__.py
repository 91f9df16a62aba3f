"""DHIS2 data value sets; empty until the room reports publishes its figures."""
