"""Message catalogues in plain Python: collect, compile and check.

``messages.py collect``  adds what the code says and drops what it no longer says
``messages.py compile``  writes a .mo beside every .po that is newer
``messages.py check``    names what is untranslated, fuzzy, missing, unlike its
                         message id in its places, or written into a template
                         outside a translate tag

A room's strings are its message ids in English; each room keeps its Chinese in
``jiedui/<room>/locale/zh_Hans/LC_MESSAGES/django.po``. What a pure room marks
with ``_ = str`` and the sentence of every refusal are collected alike.
"""

from __future__ import annotations

import ast
import os
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import polib

REPO = Path(__file__).resolve().parents[1]
ROOMS = REPO / "jiedui"
LOCALE = "zh_Hans"

PLAIN = {
    "_": ("msgid",),
    "gettext": ("msgid",),
    "gettext_lazy": ("msgid",),
    "gettext_noop": ("msgid",),
    "pgettext": ("context", "msgid"),
    "pgettext_lazy": ("context", "msgid"),
    "ngettext": ("msgid", "plural"),
    "ngettext_lazy": ("msgid", "plural"),
    "npgettext": ("context", "msgid", "plural"),
    "npgettext_lazy": ("context", "msgid", "plural"),
}
# The second argument of a refusal is its sentence.
REFUSALS = {"Refused", "NotVisible", "NotAllowed", "InvalidState", "InvalidInput"}
# Where a helper passes a refusal on, its code stands before the sentence.
CODE = re.compile(r"[a-z0-9]+(-[a-z0-9]+)+")
# {% include … with title=_("Nothing here") %}
ARGUMENT = re.compile(r"\b_\(([\"'])(.+?)\1\)")
PLACE = re.compile(r"%\((\w+)\)[sd]|%[sd]")


@dataclass(frozen=True, order=True)
class Message:
    """One message id with its context and plural; ``where`` is file:line."""

    msgid: str
    context: str = ""
    plural: str = ""
    where: str = ""

    @property
    def key(self) -> tuple[str, str]:
        """What a catalogue knows it by."""
        return self.context, self.msgid


def rooms() -> list[Path]:
    """Every room's folder."""
    return sorted(path for path in ROOMS.iterdir() if (path / "__init__.py").exists())


def catalogue(room: Path) -> Path:
    """Where a room's translations lie."""
    return room / "locale" / LOCALE / "LC_MESSAGES" / "django.po"


# -- what the code says ----------------------------------------------------


def _text(node: ast.AST | None) -> str | None:
    """A literal string, adjacent literals joined; None for anything else."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
        left, right = _text(node.left), _text(node.right)
        return left + right if left is not None and right is not None else None
    return None


def _nodes_of(tree: ast.AST) -> list[ast.AST]:
    """All nodes in the order of ast.walk, in a third of its time."""
    nodes = [tree]
    for node in nodes:
        for value in vars(node).values():
            if isinstance(value, ast.AST):
                nodes.append(value)
            elif isinstance(value, list):
                nodes += [each for each in value if isinstance(each, ast.AST)]
    return nodes


def _refusing_names(nodes: list[ast.AST]) -> set[str]:
    """The refusals, with those that a file derives from them."""
    names = set(REFUSALS)
    for node in nodes:
        if isinstance(node, ast.ClassDef):
            bases = {
                b.id if isinstance(b, ast.Name) else getattr(b, "attr", "") for b in node.bases
            }
            if bases & names:
                names.add(node.name)
    return names


def passed_on(call: ast.Call) -> tuple[str, str] | None:
    """The code and the sentence that a call hands to a helper, which refuses with them."""
    for code, sentence in pairwise(_text(each) or "" for each in call.args):
        if CODE.fullmatch(code) and " " in sentence:
            return code, sentence
    return None


def of_python(path: Path) -> Iterator[Message]:
    """The messages of a Python file."""
    nodes = _nodes_of(ast.parse(path.read_text("utf-8")))
    aliases = {name: name for name in PLAIN}
    for node in nodes:
        if isinstance(node, ast.ImportFrom) and node.module == "django.utils.translation":
            for name in node.names:
                if name.name in PLAIN:
                    aliases[name.asname or name.name] = name.name
    refusing = _refusing_names(nodes)
    for node in nodes:
        if not isinstance(node, ast.Call):
            continue
        func = node.func
        called = func.id if isinstance(func, ast.Name) else getattr(func, "attr", "")
        where = f"{path.relative_to(REPO).as_posix()}:{node.lineno}"
        if called in refusing:
            given = node.args[1] if len(node.args) > 1 else None
            for keyword in node.keywords:
                if keyword.arg == "message":
                    given = keyword.value
            sentence = _text(given)
            if sentence:
                yield Message(sentence, where=where)
        elif called in aliases:
            values = [_text(argument) for argument in node.args]
            named = dict(zip(PLAIN[aliases[called]], values, strict=False))
            if named.get("msgid"):
                yield Message(
                    named["msgid"] or "",
                    named.get("context") or "",
                    named.get("plural") or "",
                    where,
                )
        elif told := passed_on(node):
            yield Message(told[1], where=where)


# -- what the templates say ------------------------------------------------


def _django() -> None:
    """Set Django up just so far that templates can be read, without a database."""
    sys.path.insert(0, str(REPO))
    os.environ.setdefault("JIEDUI_SECRET_KEY", "only-to-read-templates")
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "jiedui.config.settings")
    import django

    django.setup()


def of_template(path: Path) -> Iterator[Message]:
    """The messages of a template, by Django's own reading of it."""
    from django.template import Context, engines
    from django.templatetags.i18n import BlockTranslateNode, TranslateNode

    source = path.read_text("utf-8")
    template = engines["django"].engine.from_string(source)
    where = path.relative_to(REPO).as_posix()
    for match in ARGUMENT.finditer(source):
        yield Message(
            match.group(2), where=f"{where}:{source.count(chr(10), 0, match.start()) + 1}"
        )
    for node in _nodes(template.nodelist):
        if isinstance(node, TranslateNode):
            literal = getattr(node.filter_expression.var, "literal", None)
            if literal is None and isinstance(node.filter_expression.var, str):
                literal = str(node.filter_expression.var)
            if not literal:
                continue
            context = node.message_context.resolve(Context()) if node.message_context else ""
            line = node.token.lineno
            yield Message(
                str(literal).replace("%%", "%"), str(context or ""), "", f"{where}:{line}"
            )
        elif isinstance(node, BlockTranslateNode):
            singular, _vars = node.render_token_list(node.singular)
            plural = node.render_token_list(node.plural)[0] if node.plural else ""
            if node.trimmed:
                singular, plural = _trim(singular), _trim(plural)
            context = node.message_context.resolve(Context()) if node.message_context else ""
            yield Message(singular, str(context or ""), plural, f"{where}:{node.token.lineno}")


def _trim(text: str) -> str:
    return " ".join(line.strip() for line in text.strip().splitlines())


def _nodes(nodelist: object) -> Iterator[object]:
    for node in nodelist:  # type: ignore[attr-defined]
        yield node
        for attribute in getattr(node, "child_nodelists", ()):
            children = getattr(node, attribute, None)
            if children is not None:
                yield from _nodes(children)


def templates(room: Path) -> list[Path]:
    """A room's templates."""
    return sorted((room / "templates").rglob("*.html")) if (room / "templates").exists() else []


def messages(room: Path) -> dict[tuple[str, str], Message]:
    """All messages of a room by context and id, each with its first place."""
    found: dict[tuple[str, str], Message] = {}
    paths = [p for p in sorted(room.rglob("*.py")) if "migrations" not in p.parts]
    for path in paths:
        for message in of_python(path):
            found.setdefault(message.key, message)
    for path in templates(room):
        for message in of_template(path):
            known = found.setdefault(message.key, message)
            if message.plural and not known.plural:
                found[message.key] = message
    return found


# -- catalogues ------------------------------------------------------------


def _fresh() -> polib.POFile:
    catalogue = polib.POFile(wrapwidth=100)
    catalogue.metadata = {
        "Content-Type": "text/plain; charset=UTF-8",
        "Content-Transfer-Encoding": "8bit",
        "Language": LOCALE,
        "Plural-Forms": "nplurals=1; plural=0;",
    }
    return catalogue


def _read(path: Path) -> polib.POFile:
    return polib.pofile(str(path), wrapwidth=100, encoding="utf-8")


def collect(room: Path) -> None:
    """Bring a room's catalogue up to what the room says, keeping every translation."""
    path, said = catalogue(room), messages(room)
    known = {(e.msgctxt or "", e.msgid): e for e in _read(path)} if path.exists() else {}
    if not said:
        return
    fresh = _fresh()
    for key in sorted(said, key=lambda key: (key[1].casefold(), key[1], key[0])):
        message, old = said[key], known.get(key)
        entry = polib.POEntry(msgid=message.msgid, msgctxt=message.context or None)
        kept = ""
        if old is not None:
            kept = old.msgstr or old.msgstr_plural.get(0, "")
            entry.flags = [flag for flag in old.flags if flag == "fuzzy"]
        if message.plural:
            entry.msgid_plural, entry.msgstr_plural = message.plural, {0: kept}
        else:
            entry.msgstr = kept
        if PLACE.search(message.msgid):
            entry.flags = [*entry.flags, "python-format"]
        fresh.append(entry)
    path.parent.mkdir(parents=True, exist_ok=True)
    text = str(fresh)
    if not path.exists() or path.read_text("utf-8") != text + "\n":
        path.write_text(text + "\n", "utf-8")


def compile_stale() -> list[Path]:
    """Write the .mo of every catalogue that changed since; those that were written."""
    written = []
    for room in rooms():
        path = catalogue(room)
        target = path.with_suffix(".mo")
        if not path.exists():
            continue
        if target.exists() and target.stat().st_mtime_ns >= path.stat().st_mtime_ns:
            continue
        unfinished = target.with_name(f".{target.name}.{os.getpid()}")
        _read(path).save_as_mofile(str(unfinished))
        unfinished.replace(target)
        written.append(target)
    return written


# -- checks ----------------------------------------------------------------


def _places(text: str) -> list[str]:
    return sorted(match.group(0) for match in PLACE.finditer(text.replace("%%", "")))


def faults_of(room: Path) -> Iterator[str]:
    """What is wrong with a room's catalogue."""
    said, path = messages(room), catalogue(room)
    entries = {(e.msgctxt or "", e.msgid): e for e in _read(path)} if path.exists() else {}
    for key, message in sorted(said.items()):
        entry = entries.get(key)
        if entry is None:
            yield f"{message.where}: not in the catalogue: {message.msgid!r}"
            continue
        told = entry.msgstr or entry.msgstr_plural.get(0, "")
        if not told.strip():
            yield f"{message.where}: untranslated: {message.msgid!r}"
        elif entry.fuzzy:
            yield f"{message.where}: fuzzy: {message.msgid!r}"
        elif message.plural:
            if not set(_places(told)) <= set(_places(message.msgid) + _places(message.plural)):
                yield f"{message.where}: places differ: {message.msgid!r} {told!r}"
        elif _places(told) != _places(message.msgid):
            yield f"{message.where}: places differ: {message.msgid!r} {told!r}"
        if "!" in told or "！" in told:
            yield f"{message.where}: an exclamation mark: {told!r}"
    for key in sorted(set(entries) - set(said)):
        yield f"{path.relative_to(REPO).as_posix()}: no longer said: {key[1]!r}"


def disagreements() -> Iterator[str]:
    """Message ids that two rooms translate differently: only one of them would be shown."""
    seen: dict[tuple[str, str], tuple[str, str]] = {}
    for room in rooms():
        path = catalogue(room)
        for entry in _read(path) if path.exists() else ():
            told = entry.msgstr or entry.msgstr_plural.get(0, "")
            first = seen.setdefault((entry.msgctxt or "", entry.msgid), (room.name, told))
            if told and first[1] and first[1] != told:
                where = path.relative_to(REPO).as_posix()
                yield f"{where}: {entry.msgid!r} is {told!r} here, {first[1]!r} in {first[0]}"


TAG = re.compile(r"<(/?)([a-zA-Z][\w-]*)((?:[^>\"']|\"[^\"]*\"|'[^']*')*)>", re.DOTALL)
SPOKEN = re.compile(r"\b(alt|title|placeholder|aria-label|value)\s*=\s*(\"[^\"]*\"|'[^']*')")
WORD = re.compile(r"[A-Za-z]{2,}|[㐀-鿿]")
DUMB = ("script", "style", "code", "kbd", "svg", "template")
# Names that are the same in every language.
SAME = {"CSV", "Excel", "SVG", "TOTP", "ID", "URL", "PDF", "JSON", "Jiedui", "SHA", "XLSX", "UTC"}
QUIET = re.compile(
    # A paper that stands in both languages, and names of style classes, are not translated.
    r"{#\s*bilingual\s*#}.*?{#\s*end bilingual\s*#}"
    r"|{%\s*block\s+\w*class\s*%}.*?{%\s*endblock\s*%}"
    r"|{%\s*(?:blocktranslate|blocktrans)\b.*?{%\s*end(?:blocktranslate|blocktrans)\s*%}"
    r"|{%\s*comment\b.*?{%\s*endcomment\s*%}|{#.*?#}|<!--.*?-->|<!doctype[^>]*>|{%.*?%}|{{.*?}}",
    re.DOTALL | re.IGNORECASE,
)


def written_in(path: Path) -> Iterator[str]:
    """Words that a template says outside any translate tag."""
    text = QUIET.sub(lambda m: " " + "\n" * m.group(0).count("\n"), path.read_text("utf-8"))
    where, at, dumb = path.relative_to(REPO).as_posix(), 0, ""
    for tag in [*TAG.finditer(text), None]:
        piece = text[at : tag.start() if tag else len(text)]
        if not dumb:
            for match in WORD.finditer(re.sub(r"&\w+;", "", piece)):
                if match.group(0) not in SAME:
                    line = text.count("\n", 0, at) + 1
                    yield f"{where}:{line}: not translatable: {' '.join(piece.split())[:60]!r}"
                    break
        if tag is None:
            return
        at = tag.end()
        name = tag.group(2).lower()
        if name in DUMB and not tag.group(3).rstrip().endswith("/"):
            dumb = "" if tag.group(1) and name == dumb else (dumb or ("" if tag.group(1) else name))
        for attribute, value in SPOKEN.findall(tag.group(3)):
            if attribute == "value" and not (name == "input" and "submit" in tag.group(3)):
                continue
            if any(word not in SAME for word in WORD.findall(value)):
                line = text.count("\n", 0, tag.start()) + 1
                yield f"{where}:{line}: not translatable: {attribute}={value[:60]}"


def check() -> list[str]:
    """Everything that is wrong, over all rooms."""
    _django()
    found: list[str] = list(disagreements())
    for room in rooms():
        found.extend(faults_of(room))
        for path in templates(room):
            found.extend(written_in(path))
    return found


def main(arguments: list[str]) -> int:
    """The command line: a verb, and for ``collect`` and ``check`` optionally rooms."""
    verb, *names = arguments or [""]
    if verb == "compile":
        compile_stale()
        return 0
    if verb == "collect":
        _django()
        for room in rooms():
            if not names or room.name in names:
                collect(room)
        compile_stale()
        return 0
    if verb == "check":
        found = check()
        if names:
            found = [f for f in found if any(f.startswith(f"jiedui/{name}/") for name in names)]
        print("\n".join(found))
        return 1 if found else 0
    print(__doc__)
    return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
