"""Files of complaints as other people's systems write them, made up, each with what it holds counted another way.

A shape begins with cases as plain values; `written` lays them out as that system would, and `Shape.figures` counts the
plain values with the standard library alone: whatever reads the file must come to the same.
"""

import csv
import gzip
import io
import json
import random
import zipfile
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from statistics import median
from typing import Any
from zoneinfo import ZoneInfo

import openpyxl

SHANGHAI = ZoneInfo("Asia/Shanghai")
START = datetime(2023, 1, 1)  # noqa: DTZ001  # wall time of the files
SERIAL_ZERO = datetime(1899, 12, 30)  # noqa: DTZ001


@dataclass
class Truth:
    """One case; instants are wall time of the file."""

    id: str
    received: datetime
    closed: datetime | None
    category: str
    channel: str
    unit: str
    due: datetime | None = None
    score: int = 0
    wanted: bool = True


@dataclass
class Shape:
    """A file, its mapping below the unit `name`, its cases."""

    name: str
    file: str
    content: bytes
    mapping: dict[str, Any]
    cases: list[Truth]
    left_out: int = 0
    draft: bool = True
    due: Callable[[Truth], bool | None] = field(default=lambda case: None)

    def figures(self) -> dict[str, dict[str, Any]]:
        """By month: received by category, channel and unit; closings with the median of their days; met and missed."""
        found: dict[str, dict[str, Any]] = {}

        def month(at: datetime) -> dict[str, Any]:
            empty: dict[str, Any] = {"category": Counter(), "channel": Counter(), "unit": Counter(), "days": []}
            return found.setdefault(f"{at:%Y-%m}", {"received": 0, "closed": 0, "met": 0, "missed": 0, **empty})

        for case in self.cases:
            if not case.wanted:
                continue
            here = month(case.received)
            here["received"] += 1
            for name in ("category", "channel", "unit"):
                here[name][getattr(case, name)] += 1
            if case.closed:
                there = month(case.closed)
                there["closed"] += 1
                there["days"].append((case.closed - case.received).total_seconds() / 86_400)
            kept = self.due(case)
            if kept is not None:
                month(case.due or case.closed or case.received)["met" if kept else "missed"] += 1
        for figures in found.values():
            figures["median"] = median(figures.pop("days") or [0])
        return found


def cases(seed: int, units: list[str], categories: list[str], channels: list[str], **more: Any) -> list[Truth]:
    """Made-up cases of three months of 2023, out of order, a fifth of them open, some closed a month later."""
    dice = random.Random(seed)
    made = []
    for number in range(more.get("count", 60)):
        received = START + timedelta(minutes=dice.randrange(90 * 24 * 60))
        if more.get("days"):
            received = received.replace(hour=0, minute=0)
        took = (
            timedelta(days=dice.randrange(1, 40)) if more.get("days") else timedelta(minutes=dice.randrange(1, 60_000))
        )
        closed = None if dice.random() < 0.2 else received + took
        made.append(
            Truth(
                id=f"{seed}{number:05d}",
                received=received,
                closed=closed,
                category=dice.choice(categories),
                channel=dice.choice(channels),
                unit=dice.choice(units),
                due=received + timedelta(days=15),
                score=dice.choice([0, 2, 3, 4, 5]) if closed else 0,
            )
        )
    return made


def table(rows: list[list[str]], delimiter: str = ",", **how: Any) -> str:
    """Rows as CSV."""
    out = io.StringIO()
    csv.writer(out, delimiter=delimiter, lineterminator="\r\n", **how).writerows(rows)
    return out.getvalue()


def loose(at: datetime | None) -> str:
    """2023/1/5 9:03, as a spreadsheet writes it."""
    return f"{at.year}/{at.month}/{at.day} {at.hour}:{at.minute:02d}" if at else ""


def chinese(at: datetime | None) -> str:
    """2023年1月5日 下午2:03."""
    half = "上午" if at and at.hour < 12 else "下午"
    return f"{at.year}年{at.month}月{at.day}日 {half}{at.hour % 12 or 12}:{at.minute:02d}" if at else ""


def in_time(case: Truth) -> bool | None:
    """Whether a closed case was closed by its due instant."""
    return None if case.closed is None or case.due is None else case.closed <= case.due


def _base(shape: str, unit: dict[str, Any], **more: Any) -> dict[str, Any]:
    path = [{"default": "all"}, {"default": shape}, unit]
    return {"zone": "Asia/Shanghai", "path": path, "kind": {"default": "complaint"}, **more}


def hotline() -> Shape:
    """12345 work orders: GBK, line breaks in cells, other calls among the complaints, a path of units, a sum below."""
    made = cases(1, ["朝阳区", "海淀区"], ["噪声扰民", "物业管理"], ["电话", "微信"])
    made[3].wanted = made[7].wanted = False
    head = [
        "工单编号",
        "受理时间",
        "诉求来源",
        "诉求类型",
        "问题分类",
        "所属区域",
        "办理状态",
        "办结时间",
        "是否超期",
        "诉求内容",
    ]
    rows = [
        [
            f"\t{case.id}",
            loose(case.received),
            case.channel,
            "投诉" if case.wanted else "咨询",
            case.category,
            f"北京市/{case.unit}/某街道",
            "已办结" if case.closed else "办理中",
            loose(case.closed),
            {True: "否", False: "是", None: ""}[in_time(case)],
            '第一行，\n第二行"引号"',
        ]
        for case in made
    ]
    mapping = _base(
        "hotline",
        {"column": "所属区域", "pattern": "^[^/]*/([^/]+)"},
        format="csv",
        encoding="gb18030",
        reference="工单编号",
        received_at="受理时间",
        closed_at="办结时间",
        status={"column": "办理状态", "map": {"已办结": "closed", "办理中": "open"}, "strict": True},
        category={"column": "问题分类"},
        channel={"column": "诉求来源"},
        where=[{"column": "诉求类型", "is": ["投诉"]}],
        verdicts=[{"deadline": "response", "verdict": {"column": "是否超期", "map": {"是": "missed", "否": "met"}}}],
    )
    content = table([head, *rows, ["合计", str(len(rows)), *[""] * 8]]).encode("gb18030")
    kept = {case.id: in_time(case) for case in made}
    for case in made:
        case.due = None  # the file does not say: a verdict counts where the case was closed
    return Shape("hotline", "工单.csv", content, mapping, made, left_out=3, due=lambda case: kept[case.id])


def insurer() -> Shape:
    """A regulator's ledger: a workbook with a title above the headings, real dates, hours instead of an end."""
    made = cases(2, ["北京分公司", "上海分公司"], ["理赔纠纷", "退保纠纷"], ["来信", "来访"])
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["2023年第一季度消费投诉台账"])
    sheet.append(
        ["投诉编号", "受理日期", "投诉渠道", "业务类型", "分支机构", "处理时长(小时)", "处理状态", "满意度", None]
    )
    words = {0: "未评价", 2: "不满意", 3: "基本满意", 4: "满意", 5: "非常满意"}
    for case in made:
        hours = round((case.closed - case.received).total_seconds() / 3600, 6) if case.closed else None
        state = "已办结" if case.closed else "办理中"
        sheet.append(
            [int(case.id), case.received, case.channel, case.category, case.unit, hours, state, words[case.score]]
        )
    out = io.BytesIO()
    book.save(out)
    mapping = _base(
        "insurer",
        {"column": "分支机构"},
        format="xlsx",
        header=2,
        reference="投诉编号",
        received_at="受理日期",
        duration={"column": "处理时长(小时)", "unit": "hours"},
        status={"column": "处理状态", "map": {"已办结": "closed", "办理中": "open"}, "strict": True},
        category={"column": "业务类型"},
        channel={"column": "投诉渠道"},
        score={"column": "满意度", "map": {word: str(n) if n else "" for n, word in words.items()}, "strict": True},
        verdicts=[{"deadline": "response", "hours": 360}],
    )
    return Shape("insurer", "台账.xlsx", out.getvalue(), mapping, made, due=in_time)


def postal() -> Shape:
    """Appeals against post offices: Excel's "Unicode text" (UTF-16, tabs), Chinese dates, a due day, dashes."""
    made = cases(3, ["某省公司", ""], ["丢失", "延误"], ["网站", "电话"])
    for case in made:
        assert case.due
        case.due = case.due.replace(hour=23, minute=59)
    head = ["申诉编号", "申诉时间", "申诉渠道", "申诉类型", "被申诉企业", "到期日", "办结时间"]
    rows = [
        [c.id, chinese(c.received), c.channel, c.category, c.unit or "—", f"{c.due:%Y.%m.%d}", chinese(c.closed) or "—"]
        for c in made
    ]
    for case in made:
        case.unit = case.unit or "未知"
    mapping = _base(
        "postal",
        {"column": "被申诉企业", "default": "未知"},
        format="csv",
        encoding="utf-16",
        delimiter="\t",
        reference="申诉编号",
        received_at="申诉时间",
        closed_at="办结时间",
        category={"column": "申诉类型"},
        channel={"column": "申诉渠道"},
        empty=["—"],
        verdicts=[{"deadline": "response", "due_at": "到期日"}],
    )
    content = table([head, *rows], "\t").encode("utf-16")
    return Shape("postal", "申诉.txt", content, mapping, made, due=in_time)


def forum() -> Shape:
    """A complaints website: one JSON object with the rows within, members within members, milliseconds."""
    made = cases(4, ["某平台", "某航空"], ["退款", "虚假宣传"], ["APP", "PC"])

    def ms(at: datetime | None) -> int | None:
        return int(at.replace(tzinfo=SHANGHAI).timestamp() * 1000) if at else None

    items = [
        {
            "sn": case.id,
            "time": {"created": ms(case.received), "finished": ms(case.closed)},
            "company": {"name": case.unit},
            "tags": [case.category, "其他"],
            "from": case.channel,
            "status": "已完成" if case.closed else "商家处理中",
        }
        for case in made
    ]
    mapping = _base(
        "forum",
        {"column": "company.name"},
        format="json",
        rows="data.items",
        reference="sn",
        received_at="time.created",
        closed_at="time.finished",
        instants=["epoch_ms"],
        status={"column": "status", "map": {"已完成": "closed", "商家处理中": "open"}, "strict": True},
        category={"column": "tags.0"},
        channel={"column": "from"},
    )
    content = json.dumps({"code": 0, "data": {"total": len(items), "items": items}}, ensure_ascii=False).encode()
    return Shape("forum", "list.json", content, mapping, made, draft=False)


def cars() -> Shape:
    """Quality of cars: full-width commas, several codes in a cell, in any case and width, in a zip archive."""
    made = cases(5, ["甲牌", "乙牌"], ["A11", "B205"], ["网页"], days=True)
    dice = random.Random(5)
    head = ["投诉编号", "投诉品牌", "投诉车系", "典型问题", "投诉时间", "投诉状态", "回复时间"]
    rows = []
    for case in made:
        first = dice.choice([case.category, case.category.lower(), case.category.replace("A", "Ａ")])
        state = "厂家已回复" if case.closed else "信息审核中"
        days = [f"{at:%Y-%m-%d}" if at else "NULL" for at in (case.received, case.closed)]
        rows.append([f" {case.id} ", case.unit, "某车系", f"{first},C7", days[0], state, days[1]])
    text = "\n".join("，".join(row) for row in [head, *rows])
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("quality.csv", text.encode("utf-8-sig"))
    mapping = _base(
        "cars",
        {"column": "投诉品牌"},
        format="csv",
        delimiter="，",
        reference="投诉编号",
        received_at="投诉时间",
        closed_at="回复时间",
        status={"column": "投诉状态", "map": {"厂家已回复": "closed", "信息审核中": "open"}, "strict": True},
        category={"column": "典型问题", "pattern": "^[^,]+", "code": True},
        channel={"default": "网页"},
        empty=["NULL"],
    )
    return Shape("cars", "车质.zip", out.getvalue(), mapping, made)


def city() -> Shape:
    """Service requests of a city: months first with AM and PM, a due instant, gzip, the same request again later on."""
    made = cases(6, ["NYPD", "DEP"], ["Noise", "Water"], ["PHONE", "ONLINE"])
    form = "%m/%d/%Y %I:%M:%S %p"
    head = [
        "Unique Key",
        "Created Date",
        "Closed Date",
        "Agency",
        "Complaint Type",
        "Status",
        "Due Date",
        "Channel",
        "Borough",
    ]

    def row(case: Truth, *, closed: bool = True) -> list[str]:
        end = case.closed.strftime(form) if case.closed and closed else ""
        due = case.due.strftime(form) if case.due else ""
        state = "Closed" if end else "In Progress"
        return [
            case.id,
            case.received.strftime(form),
            end,
            case.unit,
            case.category,
            state,
            due,
            case.channel,
            "QUEENS",
        ]

    again = [case for case in made if case.closed][:4]
    rows = [head, *(row(case, closed=False) for case in again), *map(row, made)]
    mapping = _base(
        "city",
        {"column": "Agency"},
        format="csv",
        reference="Unique Key",
        repeated="last",
        received_at="Created Date",
        closed_at="Closed Date",
        instants=[form],
        status={"column": "Status", "map": {"Closed": "closed", "In Progress": "open"}, "strict": True},
        category={"column": "Complaint Type"},
        channel={"column": "Channel"},
        region={"column": "Borough"},
        verdicts=[{"deadline": "response", "due_at": "Due Date"}],
    )
    content = gzip.compress(table(rows).encode())
    return Shape("city", "311.csv.gz", content, mapping, made, left_out=4, due=in_time)


def ombudsman() -> Shape:
    """An ombudsman's table: semicolons, Windows-1252, days first, no reference, two empty columns at the end."""
    made = cases(7, ["Müller & Söhne", "Café £1"], ["Banking", "Insurance"], ["post"], days=True)
    head = ["Date received", "Date closed", "Firm", "Product", "Outcome", "", ""]
    rows = [
        [*(f"{at:%d/%m/%Y}" if at else "" for at in (c.received, c.closed)), c.unit, c.category, "upheld", "", ""]
        for c in made
    ]
    mapping = _base(
        "ombudsman",
        {"column": "firm"},
        format="csv",
        encoding="cp1252",
        delimiter=";",
        received_at="Date received",
        closed_at="Date closed",
        instants=["%d/%m/%Y"],
        category={"column": "Product"},
        channel={"default": "post"},
    )
    return Shape("ombudsman", "table.csv", table([head, *rows], ";").encode("cp1252"), mapping, made)


def flat() -> Shape:
    """A flat file of a government: tabs, no headings, quotation marks that mean nothing, a line for each component."""
    made = cases(8, ["FORD", "GM"], ["BRAKES", "TIRES"], ["IVOQ"], days=True)
    lines = []
    for number, case in enumerate(made):
        case.closed = None
        for component in (case.category, "OTHER")[: 1 + number % 2]:
            lines.append(
                "\t".join(["1", case.id, case.unit, f"{case.received:%Y%m%d}", component, 'A 3" PIPE', "IVOQ"])
            )
    mapping = _base(
        "flat",
        {"column": "3"},
        format="csv",
        delimiter="\t",
        quote="",
        header=0,
        reference="2",
        received_at="4",
        category={"column": "5"},
        channel={"column": "7"},
    )
    content = "\n".join(lines).encode()
    return Shape("flat", "FLAT.txt", content, mapping, made, left_out=30, draft=False)


def mixed() -> Shape:
    """Exports put together: several forms of dates, headings in between, a date and a time apart, serial numbers."""
    made = cases(9, ["甲部", "乙部"], ["收费", "服务"], ["柜面"])
    head = ["编号", "受理日期", "时刻", "问题类型", "责任部门", "办结时间"]
    rows = []
    for number, case in enumerate(made):
        day = [f"{case.received:%Y-%m-%d}", f"{case.received:%d.%m.%Y}", f"{case.received:%Y%m%d}"][number % 3]
        serial = (case.closed - SERIAL_ZERO).total_seconds() / 86_400 if case.closed else ""
        rows.append([f'="{case.id}"', day, f"{case.received:%H:%M}", case.category, case.unit, f"{serial}"])
        if number == 30:
            rows.append(head)
            rows.append([])
    for case in made:
        case.channel = ""
    mapping = _base(
        "mixed",
        {"column": "责任部门"},
        format="csv",
        reference="编号",
        received_at=["受理日期", "时刻"],
        closed_at="办结时间",
        instants=["%d.%m.%Y %H:%M", "%Y%m%d %H:%M", "excel"],
        category={"column": "问题类型"},
    )
    return Shape("mixed", "合并.csv", table([head, *rows]).encode("utf-8-sig"), mapping, made, draft=False)


SHAPES = (hotline, insurer, postal, forum, cars, city, ombudsman, flat, mixed)

NOW = datetime(2026, 11, 20, 9, 5, tzinfo=UTC)
