"""What Django says at a field is said in our own words."""

from __future__ import annotations

import pytest
from django import forms
from django.core.exceptions import ValidationError
from django.utils import translation


@pytest.mark.parametrize(
    ("field", "value", "told"),
    [
        (forms.CharField(max_length=3), "甲乙丙丁", "最多 3 个字，现在有 4 个字，请缩短。"),
        (forms.CharField(), "甲\x00乙", "文字中含有无法保存的空字符，请删除后重新填写。"),
        (forms.CharField(), "", "此项必填。"),
        (forms.IntegerField(), "三", "请填写整数。"),
        (forms.IntegerField(max_value=9), "10", "不能大于 9。"),
        (forms.DateField(), "昨天", "请填写有效日期，例如 2026-03-05。"),
        (forms.ChoiceField(choices=[("a", "A")]), "b", "“b”不在可选范围内，请重新选择。"),
    ],
)
def test_a_field_speaks_plainly(field: forms.Field, value: str, told: str) -> None:
    with translation.override("zh-hans"), pytest.raises(ValidationError) as refused:
        field.clean(value)
    with translation.override("zh-hans"):
        assert refused.value.messages == [told]
