"""A rule book of a few lines and an organisation of five people, for tests of what is the same for every policy."""

from complaints.directory.model import Holder, Person, Unit

POLICY = """
policy: small
name: {en: small}
version: "1"
zone: Asia/Shanghai
languages: [en]
levels: [head, branch]
calendars:
  always:
    tz: Asia/Shanghai
    week:
      mon: [["00:00", "24:00"]]
      tue: [["00:00", "24:00"]]
      wed: [["00:00", "24:00"]]
      thu: [["00:00", "24:00"]]
      fri: [["00:00", "24:00"]]
      sat: [["00:00", "24:00"]]
      sun: [["00:00", "24:00"]]
    holidays: []
roles:
  handler: {name: {en: handler}, levels: [branch]}
  manager: {name: {en: manager}}
channels:
  web: {name: {en: web}}
categories: {}
fields: {}
kinds:
  matter:
    name: {en: matter}
    public: true
    start: open
    states:
      open: {name: {en: open}}
      done: {name: {en: done}, phase: closed}
order_types: {}
actions:
  - {do: [register], by: [customer, handler, manager]}
  - {do: [answer, note, chase], by: [handler, manager], states: [open]}
  - {do: [close], by: [handler, manager], states: [open], to: done}
deadlines:
  answer:
    name: {en: answer}
    limits: [{limit: {working_hours: 2, calendar: always}}]
    starts: [{event: registered}]
    stops: [{event: answered}, {event: closed}]
    reminders:
      - before: {working_hours: 1, calendar: always}
        to: [{role: handler, of: case}]
        template: soon
    ladder: late
ladders:
  late:
    - {name: {en: first}, after: {hours: 0}, to: [{role: handler, of: case}], template: late}
    - {name: {en: second}, after: {hours: 1}, to: [{role: manager, of: case}], template: late}
    - {name: {en: third}, after: {hours: 1}, to: [{role: manager, of: root}], template: late}
notices:
  - on: {event: chased}
    to: [{role: handler, of: case}]
    template: chased
templates:
  soon: {text: {en: "{reference} is due {due_at}"}}
  chased: {text: {en: "{reference}: the customer asks"}}
  late: {urgent: true, text: {en: "{reference} was due {due_at}"}, codes: {aliyun: SMS_1}}
  acknowledgement: {channels: [mail], subject: {en: "Yours: {reference}"}, text: {en: "We have {reference}"}}
texting: {quiet_from: "21:00", quiet_to: "08:00", bundle_seconds: 60, hourly_limit: 5}
intake:
  unit: north
  kind: matter
  channel_mail: web
  channel_web: web
  consent: {en: yes please}
  acknowledgement: acknowledgement
retention: {months: 12}
"""

UNITS = (
    Unit(
        id="hq",
        parent=None,
        level="head",
        path=("hq",),
        names={"en": "Head office"},
        holders=(Holder("manager", "boss"),),
        last_resort="boss",
    ),
    Unit(
        id="north",
        parent="hq",
        level="branch",
        path=("hq", "north"),
        names={"en": "North"},
        holders=(Holder("handler", "ann"), Holder("handler", "bob", deputy=True), Holder("manager", "meg")),
    ),
    Unit(
        id="south",
        parent="hq",
        level="branch",
        path=("hq", "south"),
        names={"en": "South"},
        holders=(Holder("handler", "sam"),),
    ),
)

PHONES = {
    "ann": "+8613800000001",
    "bob": "+8613800000002",
    "meg": "+8613800000003",
    "boss": "+8613800000004",
    "sam": "+8613800000005",
}

ALL = ("hq", "north", "south")

PEOPLE = tuple(
    Person(
        id=id, name=id.title(), phone=phone, email=f"{id}@desk.example", language="en", units=("hq", "north", "south")
    )
    for id, phone in PHONES.items()
)
