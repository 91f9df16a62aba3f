"""The columns of a list of candidates, as a supporter's office heads them."""

from __future__ import annotations

from jiedui.exchange.excel.declare import Column
from jiedui.exchange.excel.kinds.choices import names_of, organisations_seen, programmes_seen

_ = str  # marks message ids for the catalogue

YES_NO = ("是", "否")

COLUMNS = (
    Column(
        "name", "姓名", "Name", True,
        _("As the home organisation writes it."), "甲一", ("专家姓名", "人员姓名", "候选人"),
    ),
    Column(
        "staff_number", "工号", "Staff number", False,
        _("Tells apart two people of one name."), "A0001", ("职工号", "人员编号"),
    ),
    Column(
        "giver", "派出单位", "Sender", True,
        _("The home organisation that sends."), "示例东州第一医院",
        ("支援单位", "支援医院", "支援方", "派出医院", "选派单位", "推荐单位"), organisations_seen,
    ),
    Column(
        "specialty", "专科", "Specialty", True,
        _("Its name or code."), "心血管内科专业", ("专业", "诊疗科目"), names_of("specialties"),
    ),
    Column(
        "category", "类别", "Category of expert", True,
        _("Clinical, nursing, technical or managerial."), "临床", ("专家类别", "人员类别"),
        names_of("expert_categories"),
    ),
    Column(
        "title", "职称", "Title", False,
        _("Of a new person; of a known one the title that is recorded holds."),
        "副主任医师", ("专业技术职称", "技术职称"), names_of("titles"),
    ),
    Column(
        "available_from", "可派起", "Available from", True,
        _("The day, or a month: 2026-03-01, 2026年3月, 2026/3/1."), "2027-01-01",
        ("可派出时间起", "起", "可派开始"), kind="day",
    ),
    Column(
        "available_to", "可派止", "Available to", True,
        _("The day, or a month, whose last day is meant; the handover included."), "2028-12-31",
        ("可派出时间止", "止", "可派结束"), kind="day",
    ),
    Column(
        "max_tours", "最多次数", "Most tours", False,
        _("How often the person can be sent in that time; blank is 1."), "1",
        ("可派次数", "次数"),
    ),
    Column(
        "max_months", "单次最长月数", "Longest tour in months", False,
        _("Blank is 12."), "12", ("最长月数", "单次月数"),
    ),
    Column(
        "can_lead", "可任领队", "Can lead a team", False,
        _("Yes or no; blank is no."), "", ("领队",), lambda by: YES_NO,
    ),
    Column(
        "altitude_ok", "适应高海拔", "Fit for altitude", False,
        _("Yes or no; blank is no."), "", ("可赴高海拔", "高海拔", "可赴高原"), lambda by: YES_NO,
    ),
    Column(
        "flexible_ok", "可定期往返", "Takes posts of coming and going", False,
        _("Yes or no; blank is no."), "", ("柔性", "可柔性派驻"), lambda by: YES_NO,
    ),
    Column("note", "备注", "Note", False, "", "", ("说明",)),
    Column(
        "create", "新增人员", "New person", False,
        _("Yes: somebody unknown is added to the sender's staff with number and title."), "",
        ("新增",), lambda by: YES_NO,
    ),
    Column(
        "programme", "项目", "Programme", False,
        _("Only where the file holds several programmes."), "", ("所属项目",), programmes_seen,
    ),
)  # fmt: skip
