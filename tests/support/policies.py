"""A small rule book that the tests own: a library that answers complaints about late books. Everything in it is right,
so that a test changes one thing and sees one finding."""

from datetime import UTC, datetime

from complaints.directory.model import Holder, Unit

LIBRARY = """\
policy: library
name: {zh-CN: 图书馆, en: library}
version: "1"
zone: Asia/Shanghai
levels: [head, branch]
calendars:
  desk:
    tz: Asia/Shanghai
    week: {mon: [["09:00", "17:00"]], tue: [["09:00", "17:00"]], wed: [["09:00", "17:00"]]}
roles:
  clerk: {name: {zh-CN: 馆员, en: clerk}, levels: [branch]}
  chief: {name: {zh-CN: 馆长, en: chief}}
channels:
  web: {name: {zh-CN: 网页, en: web}}
  desk: {name: {zh-CN: 柜台, en: desk}}
categories:
  late: {name: {zh-CN: 逾期, en: late book}}
fields:
  days: {name: {zh-CN: 天数, en: days}, type: number}
  rare: {name: {zh-CN: 珍本, en: rare}, type: boolean}
  shelf:
    name: {zh-CN: 书架, en: shelf}
    type: choice
    choices: {old: {zh-CN: 旧, en: old}, new: {zh-CN: 新, en: new}}
derived:
  severity:
    - {value: grave, when: {any: [{rare: true}, {days: {over: 30}}, {mentioned: {has: [报社]}}]}}
    - {value: light}
kinds:
  complaint:
    name: {zh-CN: 投诉, en: complaint}
    start: new
    states:
      new: {name: {zh-CN: 新, en: new}}
      answered: {name: {zh-CN: 已答复, en: answered}}
      done: {name: {zh-CN: 已结, en: done}, phase: closed}
order_types:
  search: {name: {zh-CN: 查找单, en: search}, levels: [branch], by: [chief]}
actions:
  - {do: [register, classify], by: [clerk, chief], at: any}
  - {do: [dispatch], by: [chief], at: any, states: [new]}
  - {do: [answer], by: [clerk], at: order, order_types: [search], to: answered}
  - {do: [pause, resume, extend], by: [chief], at: any}
  - {do: [close], by: [chief], at: any, states: [answered], requires: [{field: remark}], to: done}
  - {do: [rate], by: [customer], states: [done]}
deadlines:
  reply:
    name: {zh-CN: 答复期限, en: reply}
    promise: {zh-CN: 答复您, en: We answer you}
    limits:
      - {limit: {hours: 4}, when: {severity: grave}}
      - {limit: {working_hours: 8, calendar: desk}}
    starts: [{event: registered}]
    stops: [{event: closed}]
    reminders:
      - {before: {working_hours: 1, calendar: desk}, to: [{role: clerk, of: case}], template: soon}
    ladder: late
  found:
    name: {zh-CN: 查找期限, en: book found}
    scope: order
    limits: [{limit: {working_hours: 2, calendar: desk}}]
    starts: [{event: dispatched, order_types: [search]}]
    stops: [{event: answered}]
    pauses: true
    extendable: 1
ladders:
  late:
    - {name: {zh-CN: 馆长, en: chief}, after: {hours: 0}, to: [{role: chief, level: head}], template: missed}
notices:
  - {on: {event: registered}, to: [{customer: true}], template: received}
templates:
  received:
    channels: [mail]
    subject: {zh-CN: "{reference}", en: "{reference}"}
    text: {zh-CN: "已收到 {reference}", en: "received {reference}"}
  soon: {text: {zh-CN: "{reference} {due_at} 到期", en: "{reference} is due {due_at}"}}
  missed: {urgent: true, text: {zh-CN: "{reference} 已逾期", en: "{reference} is late"}}
intake:
  unit: main
  kind: complaint
  channel_mail: web
  channel_web: web
  consent: {zh-CN: 同意, en: I agree}
  acknowledgement: received
retention: {months: 12}
examples:
  - name: {zh-CN: 逾期, en: a reply that comes late}
    steps:
      - at: "2026-11-16 10:00"
        do: register
        by: clerk@east
        data: {kind: complaint, channel: desk, text: 书还没有到馆}
      - {at: "2026-11-16 10:00", do: dispatch, by: chief@main, data: {order_type: search, unit: east}}
      - {at: "2026-11-16 11:00", do: answer, by: clerk@east, order: 1, data: {text: 书已找到并上架}}
    until: "2026-11-17 12:00"
    due: {reply: "2026-11-17 10:00", "found#1": "2026-11-16 12:00"}
    met: {"found#1": true, reply: false}
    texts: ["2026-11-17 09:00 clerk@east soon", "2026-11-17 10:00 chief@main missed"]
    customer: ["2026-11-16 10:00 received"]
    orders: {"1": accepted}
    state: answered
    then: {severity: light, count.answered: 1}
"""

SINCE = datetime(2026, 1, 1, tzinfo=UTC)


def library_units() -> dict[str, Unit]:
    """The library's organisation: a head house with a chief, a branch with a clerk."""
    return {
        "main": Unit("main", None, "head", ("main",), {"en": "Main"}, holders=(Holder("chief", "p1", SINCE),)),
        "east": Unit(
            "east", "main", "branch", ("main", "east"), {"en": "East"}, holders=(Holder("clerk", "p2", SINCE),)
        ),
    }


def library(*changes: tuple[str, str]) -> str:
    """The rule book with some of its text replaced; each must be there exactly once, so that a test changes what it
    means to change."""
    text = LIBRARY
    for old, new in changes:
        assert text.count(old) == 1, f"{old!r} is there {text.count(old)} times"
        text = text.replace(old, new)
    return text
