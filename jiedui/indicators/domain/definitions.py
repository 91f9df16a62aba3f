"""What an indicator is, as data: read from TOML files, checked, never changed after.

One definition gives both the number and its list of records. A definition file
has the fields of ``Definition``; ``numerator`` and ``denominator`` are tables
with the fields of ``Side``.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import MISSING, dataclass, fields, replace
from pathlib import Path
from typing import Any

from jiedui.core.errors import InvalidInput
from jiedui.core.packs import Term
from jiedui.core.quantities import OutputClass, UnitClass
from jiedui.indicators.domain.facts import LEDGER, STREAMS

COUNTS = ("sum", "records", "events", "distinct", "days")
DISTINCT_OF = ("receiver", "giver", "place", "programme", "person")
# Rules for spans, which last: those that touch the period, or hold on its last day.
SPANS = ("overlaps", "on")
PERIOD_RULES = ("starts", "within", *SPANS)
DIMENSIONS = ("receiver", "giver", "place", "kind", "output_class", "month", "item", "programme")


@dataclass(frozen=True)
class Side:
    """Which records count, and how.

    ``sum`` adds their amounts, ``records`` counts them, ``events`` counts the
    entries they belong to (by the first line of each), ``distinct`` the bodies
    or persons that they name, ``days`` the days of each that lie in the period,
    times its amount. Blank tuples cut nothing. ``stream`` is the ledger's or the
    programmes': no side reads both. ``at_least`` leaves out smaller amounts.

    What the packs say stands in the packs alone. ``rule`` is one of their rules of presence:
    its kinds of posting count. ``kept`` leaves out amounts below the days that it asks for.
    ``with_`` and ``without`` name a column of the table of kinds: the kinds for which it says
    something count, or do not. ``settled`` puts all of that in.
    """

    count: str
    of: str = ""
    measures: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    output_classes: tuple[str, ...] = ()
    unit_classes: tuple[str, ...] = ()
    stream: str = LEDGER
    at_least: int = 0
    rule: str = ""
    kept: bool = False
    with_: str = ""
    without: str = ""


@dataclass(frozen=True)
class Definition:
    """The card of an indicator.

    ``period`` says which events belong to a period: those that start in it
    (``starts``, so that months add up to the year) or those that lie wholly
    within it (``within``). Of what lasts, those of which a day lies in it (``overlaps``)
    or that hold on its last day (``on``); nothing after the day asked for is counted.
    ``states`` is the measure of which published statements say the same, ``kind_table``
    the packs' table that names the kinds. ``exclusive`` dimensions part what is counted, each into
    one, so that the parts of an ``additive`` indicator add up; in ``overlapping``
    ones a counted thing may stand in several parts. A ratio is never additive.
    """

    code: str
    version: int
    title: str
    title_en: str
    why: str
    why_en: str
    scope: str
    scope_en: str
    unit: str
    unit_class: str
    period: str
    additive: bool
    exclusive: tuple[str, ...]
    overlapping: tuple[str, ...]
    source: str
    numerator: Side
    denominator: Side | None = None
    states: str = ""
    kind_table: str = "activity_kinds"

    @property
    def spans(self) -> bool:
        """Whether it counts what lasts, and not what happened."""
        return self.period in SPANS

    @property
    def ratio(self) -> bool:
        """Whether the number is one count over another."""
        return self.denominator is not None

    @property
    def sides(self) -> dict[str, Side]:
        """Numerator and, in a ratio, denominator."""
        both = {"numerator": self.numerator}
        if self.denominator:
            both["denominator"] = self.denominator
        return both

    @property
    def measures(self) -> tuple[str, ...]:
        """Every measure that the definition reads; none means all."""
        found = dict.fromkeys(m for side in self.sides.values() for m in side.measures)
        return tuple(found)

    def title_in(self, language: str) -> str:
        """The title in a language, Chinese first."""
        return self.title_en if language.startswith("en") else self.title


def _wrong(where: str, fault: str) -> InvalidInput:
    return InvalidInput(
        "definition-broken", "%(where)s: %(fault)s", field=where, where=where, fault=fault
    )


def _shape(cls: type, raw: Mapping[str, Any], where: str) -> dict[str, Any]:
    """The fields of a dataclass from a TOML table, lists as tuples; names what is amiss."""
    known = {f.name: f for f in fields(cls)}
    if extra := sorted(set(raw) - set(known)):
        raise _wrong(where, f"unknown field {', '.join(extra)}")
    missing = [name for name, f in known.items() if f.default is MISSING and name not in raw]
    if missing:
        raise _wrong(where, f"no field {', '.join(missing)}")
    shaped: dict[str, Any] = {}
    for name, value in raw.items():
        wanted = str(known[name].type)
        if wanted.startswith("tuple"):
            if not isinstance(value, list) or not all(isinstance(v, str) for v in value):
                raise _wrong(f"{where}.{name}", "must be a list of texts")
            shaped[name] = tuple(value)
        elif wanted == "str" and not isinstance(value, str):
            raise _wrong(f"{where}.{name}", "must be a text")
        elif wanted == "bool" and not isinstance(value, bool):
            raise _wrong(f"{where}.{name}", "must be true or false")
        elif wanted == "int" and (isinstance(value, bool) or not isinstance(value, int)):
            raise _wrong(f"{where}.{name}", "must be a whole number")
        else:
            shaped[name] = value
    return shaped


def _among(value: str, allowed: Iterable[str], where: str) -> None:
    if value not in (known := tuple(allowed)):
        raise _wrong(where, f"“{value}” is not one of {', '.join(known)}")


def read_side(raw: Any, where: str) -> Side:
    """One side of a definition; InvalidInput ``definition-broken`` says what is wrong where."""
    if not isinstance(raw, Mapping):
        raise _wrong(where, "must be a table")
    side = Side(**_shape(Side, raw, where))
    _among(side.count, COUNTS, f"{where}.count")
    if side.count == "distinct":
        _among(side.of, DISTINCT_OF, f"{where}.of")
    elif side.of:
        raise _wrong(f"{where}.of", "only with count = distinct")
    for name, allowed in (("output_classes", OutputClass), ("unit_classes", UnitClass)):
        for code in getattr(side, name):
            _among(code, [member.value for member in allowed], f"{where}.{name}")
    _among(side.stream, STREAMS, f"{where}.stream")
    if side.at_least < 0:
        raise _wrong(f"{where}.at_least", "must not be negative")
    if side.kept and (side.at_least or not side.rule):
        raise _wrong(f"{where}.kept", "the rule says how much is enough: name it, and no at_least")
    if sum(map(bool, (side.kinds, side.rule, side.with_, side.without))) > 1:
        raise _wrong(f"{where}.kinds", "kinds, a rule, with_ or without: one of them")
    if side.count == "events" and side.stream != LEDGER:
        raise _wrong(f"{where}.count", "only the ledger has events")
    if side.count == "events" and (side.measures or side.output_classes or side.unit_classes):
        raise _wrong(f"{where}.count", "events are whole: no cut by what a line says")
    if side.count == "sum" and len(side.unit_classes) != 1:
        raise _wrong(f"{where}.unit_classes", "a sum is of one class of unit")
    return side


def read(raw: Mapping[str, Any], where: str) -> Definition:
    """A definition from a TOML table, checked in itself."""
    plain = _shape(Definition, raw, where)
    for name in ("numerator", "denominator"):
        if name in plain:
            plain[name] = read_side(plain[name], f"{where}.{name}")
    definition = Definition(**plain)
    for name in ("code", "title", "title_en", "why", "why_en", "scope", "scope_en", "source"):
        if not getattr(definition, name).strip():
            raise _wrong(f"{where}.{name}", "must not be blank")
    if definition.version < 1:
        raise _wrong(f"{where}.version", "starts at 1")
    _among(definition.period, PERIOD_RULES, f"{where}.period")
    both = {*definition.exclusive, *definition.overlapping}
    for dimension in both:
        _among(dimension, DIMENSIONS, f"{where}.exclusive and overlapping")
    if set(definition.exclusive) & set(definition.overlapping):
        raise _wrong(f"{where}.overlapping", "a dimension is either exclusive or overlapping")
    for name, side in definition.sides.items():
        if side.count == "days" and definition.period != "overlaps":
            raise _wrong(f"{where}.{name}.count", "days are those within the period: overlaps")
    if definition.ratio:
        if definition.additive:
            raise _wrong(f"{where}.additive", "a ratio is never additive")
        _among(definition.unit_class, ["share"], f"{where}.unit_class")
    else:
        _among(definition.unit_class, [u.value for u in UnitClass], f"{where}.unit_class")
        side = definition.numerator
        if side.count == "sum" and side.unit_classes != (definition.unit_class,):
            raise _wrong(f"{where}.unit_class", "must be the class of unit that is summed")
        if side.count == "distinct" and definition.additive:
            raise _wrong(f"{where}.additive", "distinct bodies of two parts may be the same")
    return definition


def settled(
    definition: Definition, tables: Mapping[str, Mapping[str, Term]], where: str
) -> Definition:
    """The definition with what the packs say of its rule and of its kinds.

    ``{days}`` in a text is what the rule asks for.
    """
    sides: dict[str, Any] = {}
    days = ""
    for name, side in definition.sides.items():
        kinds = tables.get(definition.kind_table, {})
        if side.rule:
            rule = tables.get("presence_rules", {}).get(side.rule)
            if rule is None:
                raise _wrong(f"{where}.{name}.rule", f"no pack has the rule “{side.rule}”")
            days = rule.extra["days"]
            named = tuple(rule.extra["posting_kinds"].split())
            if not named:
                # As the rules have it: those of group-style teams, or of all experts.
                teams = rule.extra["per"] == "team"
                named = tuple(
                    code
                    for code, kind in kinds.items()
                    if (kind.extra.get("team") if teams else not kind.extra.get("local"))
                )
            side = replace(side, kinds=named, at_least=int(days) if side.kept else 0)
        elif column := side.with_ or side.without:
            wanted = bool(side.with_)
            named = tuple(c for c, kind in kinds.items() if bool(kind.extra.get(column)) == wanted)
            side = replace(side, kinds=named)
        sides[name] = side
    texts = ("scope", "scope_en", "why", "why_en", "title", "title_en")
    told: dict[str, Any] = {
        name: getattr(definition, name).replace("{days}", days) for name in texts
    }
    return replace(definition, **told, **sides)


def load(folder: Path) -> dict[str, Definition]:
    """All definitions of a folder by code, in the order of their file names."""
    found: dict[str, Definition] = {}
    for path in sorted(folder.glob("*.toml")):
        try:
            raw = tomllib.loads(path.read_text(encoding="utf-8"))
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as broken:
            raise _wrong(path.name, str(broken)) from broken
        definition = read(raw, path.name)
        if definition.code != path.stem:
            raise _wrong(f"{path.name}.code", "must be the name of its file")
        found[definition.code] = definition
    return found
