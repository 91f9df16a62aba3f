"""FHIR R4 bundles out and in; empty until the room care holds its pathways."""
