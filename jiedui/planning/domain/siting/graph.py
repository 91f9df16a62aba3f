"""Shortest ways in an undirected graph, and distances over the ground."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

Matrix = NDArray[np.float64]

EARTH_KM = 6371.0088
"""Mean radius of the earth (IUGG)."""


def shortest_paths(size: int, edges: Iterable[tuple[int, int, float]]) -> Matrix:
    """Lengths of the shortest ways between all vertices (Floyd and Warshall); inf where none.

    Vertices count from 0. An edge named again, either way round, takes its last
    length, as the OR-Library's instances want it; an edge from a vertex to itself
    shortens no way.
    """
    far = np.full((size, size), np.inf)
    for one, other, length in edges:
        far[one, other] = far[other, one] = length
    np.fill_diagonal(far, 0.0)
    through = np.empty_like(far)
    for middle in range(size):
        np.add(far[:, middle, None], far[middle], out=through)
        np.minimum(far, through, out=far)
    return far


def great_circles(from_degrees: NDArray[np.float64], to_degrees: NDArray[np.float64]) -> Matrix:
    """Kilometres as the crow flies between rows of (latitude, longitude); nan stays nan."""
    one, other = np.radians(from_degrees), np.radians(to_degrees)
    north = one[:, None, 0] - other[None, :, 0]
    east = one[:, None, 1] - other[None, :, 1]
    chord = (
        np.sin(north / 2) ** 2
        + np.cos(one[:, None, 0]) * np.cos(other[None, :, 0]) * np.sin(east / 2) ** 2
    )
    return np.asarray(2 * EARTH_KM * np.arcsin(np.sqrt(np.clip(chord, 0.0, 1.0))))
