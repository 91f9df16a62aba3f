"""What must not be known has no field: models, forms, packs, import columns, definitions."""

from __future__ import annotations

import csv
import importlib
import inspect
import pkgutil
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
from django import forms
from django.apps import apps

import jiedui
from jiedui.directory.domain.sheets import SHEETS
from jiedui.directory.queries import sheet_columns

REPO = Path(__file__).resolve().parents[2]

# Words that no field may bear, in either language (see ../shared/design.md, Privacy).
WORDS = (
    r"ethnic\w*|nationality|race|religio\w*|faith|part(y|ies)_?member\w*|political\w*|politics|"
    r"native_?place|birth_?place|hukou|household\w*|marital\w*|married|spouse|"
    r"national_?id\w*|id_?card\w*|identity_?(number|card|no)|passport\w*|"
    r"home_?address|residential\w*|biometric\w*|fingerprint\w*|face_?id|iris|"
    r"gps|location_?track\w*|trajectory|poverty\w*|poor_?household\w*|"
    r"credit_?score|conduct_?score|social_?score|patient_?(phone|name|address|contact)\w*"
)
CHINESE = (
    "民族|宗教|信仰|政治面貌|党派|党员|籍贯|出生地|户口|户籍|婚姻|配偶|身份证|证件号|护照|"
    "家庭住址|住址|指纹|人脸|虹膜|行踪|轨迹|建档立卡|贫困户|结对认亲|信用评分"
)
ENGLISH = re.compile(rf"(^|_)({WORDS})($|_)", re.IGNORECASE)
WORDS_ZH = re.compile(CHINESE)


def forbidden(text: str) -> bool:
    plain = re.sub(r"(?<=[a-z])(?=[A-Z])|[\s\-]+", "_", text)
    return bool(ENGLISH.search(plain) or WORDS_ZH.search(text))


def model_fields() -> Iterator[tuple[str, str]]:
    for model in apps.get_models():
        if not model.__module__.startswith("jiedui."):
            continue
        for field in model._meta.get_fields():
            yield f"{model.__name__}.{field.name}", field.name
            yield f"{model.__name__}.{field.name}", str(getattr(field, "verbose_name", ""))


def form_fields() -> Iterator[tuple[str, str]]:
    for module in pkgutil.walk_packages(jiedui.__path__, "jiedui."):
        if "forms" not in module.name.split("."):
            continue
        loaded = importlib.import_module(module.name)
        for name, form in inspect.getmembers(loaded, inspect.isclass):
            if issubclass(form, forms.BaseForm):
                for field, value in getattr(form, "base_fields", {}).items():
                    yield f"{name}.{field}", field
                    yield f"{name}.{field}", str(value.label or "")


def pack_columns() -> Iterator[tuple[str, str]]:
    for path in sorted((REPO / "packs").rglob("*.csv")):
        with path.open(encoding="utf-8-sig", newline="") as lines:
            for column in next(csv.reader(lines), []):
                yield f"{path.relative_to(REPO)}: {column}", column


def definitions() -> Iterator[tuple[str, str]]:
    def keys(value: object) -> Iterator[str]:
        if isinstance(value, dict):
            for key, inner in value.items():
                yield key
                yield from keys(inner)
        elif isinstance(value, list):
            for inner in value:
                yield from keys(inner)

    for folder in (REPO / "packs", REPO / "jiedui"):
        for path in sorted(folder.rglob("*.toml")):
            for key in keys(tomllib.loads(path.read_text("utf-8"))):
                yield f"{path.relative_to(REPO)}: {key}", key


def import_columns() -> Iterator[tuple[str, str]]:
    for sheet in SHEETS:
        for column in sheet_columns(sheet):
            for text in (column.code, column.title, column.title_en):
                yield f"{sheet}: {column.code}", text


@pytest.mark.parametrize(
    "source", [model_fields, form_fields, pack_columns, definitions, import_columns]
)
def test_no_field_collects_what_must_not_be_known(source):
    found = list(source())
    assert found
    assert not [where for where, text in found if forbidden(text)]


@pytest.mark.parametrize(
    "name",
    ["ethnicity", "ethnic_group", "religion", "nationalId", "id_card_no", "native place",
     "maritalStatus", "home_address", "patient_phone", "民族", "政治面貌", "身份证号",
     "户籍所在地"],
)  # fmt: skip
def test_the_deny_list_denies(name):
    assert forbidden(name)


@pytest.mark.parametrize(
    "name",
    ["name", "staff_number", "identifiers", "trace", "partner", "valid_from", "parent_corps",
     "party", "address", "embrace", "机构标识", "诊疗科目"],
)  # fmt: skip
def test_the_deny_list_denies_no_more(name):
    assert not forbidden(name)
