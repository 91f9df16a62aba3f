"""The cast of siting proposals: eight places in a row, four sites, two kinds of kit."""

from __future__ import annotations

import io
import zipfile

from jiedui.planning.actions import sitings as actions
from jiedui.planning.models import SitingProposal
from tests.ledger_cast import Stage

DEMAND = "place,name,latitude,longitude,people\n" + "".join(
    f"p{n},示例{name}乡,{40 + n / 10},80,{1000 - 100 * n}\n"
    for n, name in enumerate("甲乙丙丁戊己庚辛")
)
SITES = "site,name,latitude,longitude\n" + "".join(
    f"s{n},示例第{n}卫生院,{40 + n / 5},80\n" for n in range(4)
)
KINDS = "kind,name,cost,reach_km\nterminal,示例终端,10,5\nkit,示例巡诊包,14,15\n"


def siting_files(**changes: str) -> dict[str, bytes]:
    """The files of the problem, some of them otherwise."""
    texts = {"demand": DEMAND, "sites": SITES, "kinds": KINDS, "settings": '{"budget": 30}'}
    texts |= changes
    return {
        f"{name}.{'json' if name == 'settings' else 'csv'}": text.encode()
        for name, text in texts.items()
    }


def packed(files: dict[str, bytes]) -> bytes:
    """Files as a zip."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return out.getvalue()


def begin(stage: Stage, **changes: object) -> SitingProposal:
    """A proposal of the receiver, made by the coordinator."""
    said: dict[str, object] = {
        "programme": stage.programme, "owner": stage.receiver, "name": "示例选址",
        "files": siting_files(), "seconds": 2,
    }  # fmt: skip
    return actions.create_siting(by=stage.coordinator, **said | changes)  # type: ignore[arg-type]


def computed(stage: Stage, siting: SitingProposal, **asked: object) -> SitingProposal:
    """What the worker does, here."""
    actions.ask_siting_run(by=stage.coordinator, siting=siting, **asked)  # type: ignore[arg-type]
    done = actions.run_siting(by=None, siting_id=siting.id)
    assert done.state == "done", done.progress
    return done
