"""The columns of a sheet of ledger entries."""

from __future__ import annotations

from jiedui.exchange.excel.declare import Column
from jiedui.exchange.excel.kinds.choices import names_of, organisations_seen, programmes_seen

_ = str  # marks message ids for the catalogue

# A row may hold up to three quantities: the columns of each bear one of these.
SUFFIXES = ("", "_2", "_3")


def _more(n: int) -> tuple[Column, ...]:
    return (
        Column(f"measure_{n}", f"指标项目{n}", f"Measure {n}", choices=names_of("measures")),
        Column(f"value_{n}", f"数量{n}", f"Value {n}"),
        Column(f"unit_{n}", f"单位{n}", f"Unit {n}", choices=names_of("units")),
    )


COLUMNS = (
    Column(
        "event_id",
        "事件编号",
        "Event number",
        help=_(
            "Your own number of the event, if it has one. Rows with the same number, one after"
            " another, form one event with several quantities."
        ),
        example="2026-001",
        also=("编号", "序号", "event id"),
        kind="text",
    ),
    Column(
        "happened_from",
        "日期",
        "Date",
        required=True,
        help=_("The day, or the days: 2026-03-05, 2026年3月5日至7日."),
        example="2026-03-05",
        also=("开始日期", "活动日期", "发生日期", "from"),
        kind="day",
    ),
    Column(
        "happened_to",
        "结束日期",
        "Last day",
        help=_("Blank if it was one day."),
        also=("截止日期", "to"),
        kind="day",
    ),
    Column(
        "kind",
        "活动类型",
        "Activity",
        required=True,
        help=_("Its name or code, from the list."),
        example="义诊",
        choices=names_of("activity_kinds"),
    ),
    Column(
        "giver",
        "支援方",
        "Giver",
        required=True,
        help=_("The name of the supporting side, or any other name by which it is known."),
        example="示例东州第一医院",
        also=("支援单位", "支援医院", "派出单位"),
        choices=organisations_seen,
    ),
    Column(
        "receiver",
        "受援方",
        "Receiver",
        required=True,
        help=_("The name of the receiving side, or any other name by which it is known."),
        example="示例西岭县人民医院",
        also=("受援单位", "受援医院"),
        choices=organisations_seen,
    ),
    Column(
        "place",
        "服务地点",
        "Place",
        help=_("Name or code of the place, if not at the receiver."),
        also=("地点",),
    ),
    Column(
        "department",
        "科室",
        "Department",
        help=_("A department of either side."),
        example="心血管内科",
    ),
    Column(
        "people",
        "参加人员",
        "People",
        help=_(
            "Names of staff, with 、 between them; of two with one name, add the organisation in"
            " brackets."
        ),
        example="甲一、乙二",
        also=("参与人员", "人员", "专家"),
    ),
    Column(
        "measure",
        "指标项目",
        "Measure",
        help=_("What was counted; blank if the activity has only one output."),
        example="义诊受益人次",
        also=("指标", "项目指标"),
        choices=names_of("measures"),
    ),
    Column(
        "value",
        "数量",
        "Value",
        required=True,
        help=_("As people write it: 40, 40余, 近40, 40至50, 2.5万."),
        example="40余",
        also=("数值",),
    ),
    Column(
        "unit",
        "单位",
        "Unit",
        help=_("Blank takes the measure's usual unit; 人数 and 人次 are kept apart."),
        example="人次",
        also=("计量单位",),
        choices=names_of("units"),
    ),
    Column(
        "item",
        "细目",
        "Item",
        help=_("What exactly, where one measure covers several things."),
        also=("具体内容",),
    ),
    Column(
        "output_class",
        "产出类别",
        "Class",
        help=_("Do, teach or enable; blank takes that of the activity."),
        also=("类别",),
        choices=names_of("output_classes"),
    ),
    *_more(2),
    *_more(3),
    Column(
        "narrative",
        "说明",
        "Narrative",
        help=_("What happened, in a few sentences. No patients' names."),
        also=("备注", "情况说明"),
    ),
    Column(
        "programme",
        "项目",
        "Programme",
        help=_("Only where the file holds several programmes."),
        also=("所属项目",),
        choices=programmes_seen,
    ),
)
