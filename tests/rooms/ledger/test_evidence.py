"""Evidence is named by its hash: only by who sent the file or sees what it backs."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from jiedui.core.errors import InvalidInput
from jiedui.ledger import actions
from jiedui.ledger.models import EntryVersion, EvidenceFile
from tests.ledger_cast import Stage, account


def stored(by: Any) -> EvidenceFile:
    return actions.add_evidence(
        by=by, name="签到表.pdf", file=SimpleUploadedFile("a.pdf", b"%PDF-1.7 x")
    )


def test_who_only_knows_the_hash_cannot_attach_the_file(stage: Stage) -> None:
    stranger = account("stranger", "外人己", "expert", stage.other_giver)
    file = stored(stage.expert)
    actions.record_entry(by=stage.expert, **stage.event(evidence=[file.sha256]))
    elsewhere = stage.event(giver=stage.other_giver, receiver=stage.other_receiver)
    with pytest.raises(InvalidInput) as refused:
        actions.record_entry(by=stranger, **elsewhere | {"evidence": [file.sha256]})
    assert (refused.value.code, refused.value.field) == ("evidence-unknown", "evidence")
    draft = actions.record_entry(by=stranger, **elsewhere)
    with pytest.raises(InvalidInput) as refused:
        actions.attach_evidence(by=stranger, version=draft, file=file)
    assert refused.value.code == "evidence-unknown"
    assert not draft.evidence.exists()


def test_who_sends_the_same_file_as_another_may_attach_it(stage: Stage) -> None:
    stranger = account("stranger", "外人己", "expert", stage.other_giver)
    stored(stage.expert)
    file = stored(stranger)
    assert file.added_by == stage.expert.id
    draft = actions.record_entry(
        by=stranger,
        **stage.event(
            giver=stage.other_giver, receiver=stage.other_receiver, evidence=[file.sha256]
        ),
    )
    assert draft.evidence.get().file == file


def test_what_backs_a_visible_version_may_back_its_correction(stage: Stage) -> None:
    file = stored(stage.expert)
    version: EntryVersion = stage.confirmed(evidence=[file.sha256])
    content = stage.event(evidence=[file.sha256])
    del content["programme"]
    corrected = actions.correct_entry(by=stage.manager, entry=version.entry_id, **content)
    assert corrected.evidence.get().file == file
