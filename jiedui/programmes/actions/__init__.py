"""What is done to programmes, pairings, agreements, posts, batches, teams and postings."""

from jiedui.programmes.actions.structure import create_programme, end_pairing, pair

__all__ = ["create_programme", "end_pairing", "pair"]
