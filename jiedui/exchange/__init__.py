"""Exchange with the outside, one sub-package each: workbooks and CSV files (excel), later FHIR, IATI and DHIS2."""
