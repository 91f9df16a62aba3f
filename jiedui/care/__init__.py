"""Will own patients and their pathways. Sealed: nothing but exchange.fhir may read its models."""
