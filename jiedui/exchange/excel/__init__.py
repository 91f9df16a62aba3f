"""Workbooks and CSV files: one mechanism of import for every kind of sheet.

A kind (``excel.kinds``) declares its columns and how a row becomes a record of
its room. All else is here: the template people fill, the reading of files, the
dry run with faults addressed to the cell, the commit in batches, the annotated
copy of the same file.
"""
