"""The figures store: Parquet segments, their dictionary and the manifest that names them."""
