"""The columns of a list of nominations, as a county's office heads them."""

from __future__ import annotations

from jiedui.exchange.excel.declare import Column
from jiedui.exchange.excel.kinds.choices import names_of, organisations_seen, programmes_seen

_ = str  # marks message ids for the catalogue

COLUMNS = (
    Column(
        "name", "姓名", "Name", True,
        _("As the home organisation writes it."), "甲一", ("专家姓名", "人员姓名"),
    ),
    Column(
        "staff_number", "工号", "Staff number", False,
        _("Tells apart two people of one name."), "A0001", ("职工号", "人员编号"),
    ),
    Column(
        "giver", "派出单位", "Sender", True,
        _("The home organisation that sends."), "示例东州第一医院",
        ("支援单位", "支援医院", "支援方", "派出医院", "选派单位"), organisations_seen,
    ),
    Column(
        "receiver", "受援单位", "Recipient", True,
        _("The organisation that receives."), "示例西岭县人民医院",
        ("受援医院", "受援方", "接收单位"), organisations_seen,
    ),
    Column(
        "department", "科室", "Department", False,
        _("An open department of the recipient."), "心血管内科", ("受援科室", "派驻科室"),
    ),
    Column(
        "specialty", "专科", "Specialty", False,
        _("Its name or code; blank takes that of the department."), "心血管内科专业",
        ("专业", "诊疗科目"), names_of("specialties"),
    ),
    Column(
        "title", "职称", "Title", False,
        _("The title held on the first day; blank takes the one that is recorded."),
        "副主任医师", ("专业技术职称", "技术职称"), names_of("titles"),
    ),
    Column(
        "kind", "类型", "Kind of posting", True,
        _("Its name or code, from the list."), "计划内援派", ("派驻类型", "援派类型"),
        names_of("posting_kinds"),
    ),
    Column(
        "category", "类别", "Category of expert", True,
        _("Clinical, nursing, technical or managerial."), "临床", ("专家类别", "人员类别"),
        names_of("expert_categories"),
    ),
    Column(
        "batch", "批次", "Batch", False,
        _("The number in the sender's own series: 3, 第三批. Open the batch first."), "3",
        ("批次号",),
    ),
    Column(
        "team", "医疗队", "Team", False,
        _("The name of a team at the recipient; blank is a lone posting."), "示例医疗队",
        ("队伍", "团队"),
    ),
    Column(
        "team_role", "队内角色", "Role in the team", False,
        _("Leader, core member …; only with a team."), "骨干", ("角色",), names_of("team_roles"),
    ),
    Column(
        "planned_from", "起", "First day", True,
        _("The day, or a month: 2026-03-01, 2026年3月, 2026/3/1."), "2026-03-01",
        ("开始日期", "起始日期", "派驻开始", "自"), kind="day",
    ),
    Column(
        "planned_to", "止", "Last day", True,
        _("The day, or a month, whose last day is meant."), "2026-08-31",
        ("结束日期", "截止日期", "派驻结束", "至"), kind="day",
    ),
    Column(
        "workload", "工作量", "Share of full time", False,
        _("Of a hundred; blank is 100."), "100", ("全职比例",),
    ),
    Column(
        "agreement", "协议编号", "Agreement number", False,
        _("Blank takes the agreement that covers the posting, if there is one."), "", ("协议",),
    ),
    Column(
        "create", "新增人员", "New person", False,
        _("Yes: somebody unknown is added to the sender's staff with number and title."), "",
        ("新增",), lambda by: ("是", "否"),
    ),
    Column(
        "programme", "项目", "Programme", False,
        _("Only where the file holds several programmes."), "", ("所属项目",), programmes_seen,
    ),
)  # fmt: skip
