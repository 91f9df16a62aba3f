"""Exchange with the outside, a sub-package each: excel; later fhir, iati and dhis2."""
