"""A policy as one page for the people who must agree to it: Markdown, with a Mermaid diagram for each kind of case."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence

from complaints.desk.policy_phrases import Phrases
from complaints.policy.life import lives
from complaints.policy.model import Action, DeadlineRule, LimitChoice, OrderType, Policy

Row = Sequence[str]


def policy_page(policy: Policy, identity: str, lang: str) -> str:
    """The page, in a language that the catalogues have. `identity` is the content hash of the compiled policy."""
    phrases = Phrases(policy, lang)
    say = phrases.say
    page = [f"# {phrases.of(policy.name)}", ""]
    page += [say("identity", policy=policy.policy, version=policy.version, zone=policy.zone, id=identity), ""]
    sections = {
        "kinds": _kinds,
        "derived": _derived,
        "actions": _actions,
        "order_types": _order_types,
        "deadlines": _deadlines,
        "ladders": _ladders,
        "notices": _notices,
        "automations": _automations,
        "templates": _templates,
        "roles": _roles,
        "calendars": _calendars,
        "retention": _retention,
        "examples": _examples,
    }
    for heading, write in sections.items():
        lines = list(write(phrases))
        if lines:
            page += [f"## {say(heading)}", "", *lines, ""]
    lines = [line for number, line in enumerate(page) if line or page[number - 1]]
    return "\n".join(lines).rstrip() + "\n"


def _table(heads: Row, rows: Iterable[Row]) -> list[str]:
    lines = [_row(heads), _row(["---"] * len(heads))]
    return [*lines, *(_row(row) for row in rows)]


def _row(cells: Row) -> str:
    return "| " + " | ".join(cell.replace("|", "\\|").replace("\n", "<br>") or " " for cell in cells) + " |"


# -- kinds -----------------------------------------------------------------------------------------------------


def _kinds(phrases: Phrases) -> Iterator[str]:
    found = lives(phrases.policy)
    for name, kind in phrases.policy.kinds.items():
        yield f"### {phrases.of(kind.name)}"
        yield ""
        yield "```mermaid"
        yield from diagram(phrases, name, found[name].moves)
        yield "```"
        yield ""


def diagram(phrases: Phrases, kind: str, moves: Iterable[tuple[str, str, str]]) -> Iterator[str]:
    """The states of a kind of case as a Mermaid state diagram; each arrow names what moves a case along it."""
    spec = phrases.policy.kinds[kind]
    numbers = {state: f"s{number}" for number, state in enumerate(spec.states)}
    yield "stateDiagram-v2"
    yield "    direction LR"
    for state, number in numbers.items():
        yield f'    state "{_label(phrases.of(spec.states[state].name))}" as {number}'
    for choice in spec.start_when:
        yield f"    [*] --> {numbers[choice.value]} : {_label(phrases.condition(choice.when))}"
    yield f"    [*] --> {numbers[spec.start]}"
    arrows: defaultdict[tuple[str, str], dict[str, None]] = defaultdict(dict)
    for source, target, why in sorted(moves):
        arrows[source, target][_why(phrases, why)] = None
    for source in spec.states:
        for target in spec.states:
            if (source, target) in arrows:
                label = _label(phrases.joined(arrows[source, target]))
                yield f"    {numbers[source]} --> {numbers[target]} : {label}"
    for state, number in numbers.items():
        if spec.states[state].phase != "open":
            yield f"    {number} --> [*]"


def _why(phrases: Phrases, why: str) -> str:
    """A move is made by a command, or (`@event`) by the system after an event."""
    return phrases.event(why[1:]) if why.startswith("@") else phrases.command(why)


def _label(words: str) -> str:
    """Colons, quotes and semicolons mean something to Mermaid."""
    for mark, instead in ((":", "："), (";", "；"), ('"', "”"), ("#", "＃"), ("\n", " ")):
        words = words.replace(mark, instead)
    return words


def _derived(phrases: Phrases) -> Iterator[str]:
    for name, choices in phrases.policy.derived.items():
        yield f"### {phrases.term(name)}"
        yield ""
        severity = name == phrases.policy.reports.get("severity")
        rows = [
            (
                phrases.severity(choice.value) if severity else choice.value,
                phrases.condition(choice.when) or phrases.say("always"),
            )
            for choice in choices
        ]
        yield from _table((phrases.say("value"), phrases.say("when_event")), rows)
        yield ""


# -- who may do what -------------------------------------------------------------------------------------------


def _actions(phrases: Phrases) -> Iterator[str]:
    heads = ("what", "who", "where", "in_states", "needs", "leads_to")
    yield from _table([phrases.say(head) for head in heads], (_action(phrases, one) for one in phrases.policy.actions))


def _action(phrases: Phrases, action: Action) -> Row:
    concerned = [*(phrases.named("kinds", kind) for kind in action.kinds)]
    concerned += [phrases.named("order_types", order) for order in action.order_types]
    what = phrases.joined(phrases.command(command) for command in action.do)
    what += phrases.aside(phrases.joined(concerned))
    states = phrases.joined(phrases.state(state, action.kinds) for state in action.states if state != "*")
    if "*" in action.states:
        states = phrases.say("any_state")
    needs = [phrases.requirement(requirement) for requirement in action.requires]
    if action.when:
        needs.insert(0, phrases.condition(action.when))
    who = phrases.joined(phrases.role(role) for role in action.by) or phrases.say("by_itself")
    goes_to = phrases.state(action.to, action.kinds) if action.to else ""
    return (
        what,
        who,
        phrases.say(f"at_{action.at}"),
        states or phrases.say("any_open"),
        phrases.joined(needs),
        goes_to,
    )


def _order_types(phrases: Phrases) -> Iterator[str]:
    rows = [
        (
            phrases.of(order.name),
            phrases.joined(order.levels) or phrases.say("any_level"),
            phrases.listed("roles", order.by),
            phrases.joined(_order_notes(phrases, order)),
        )
        for order in phrases.policy.order_types.values()
    ]
    if rows:
        yield from _table([phrases.say(head) for head in ("order_type", "goes_to", "created_by", "notes")], rows)


def _order_notes(phrases: Phrases, order: OrderType) -> Iterator[str]:
    if order.parents:
        yield phrases.say("under", names=phrases.listed("order_types", order.parents))
    for flag in ("review", "sheet", "after_close"):
        if getattr(order, flag):
            yield phrases.say(flag)


# -- deadlines and what follows --------------------------------------------------------------------------------


def _ahead(phrases: Phrases, choice: LimitChoice) -> str:
    return phrases.aside(phrases.say("ahead", limit=phrases.limit(choice.ahead))) if choice.ahead else ""


def _deadlines(phrases: Phrases) -> Iterator[str]:
    rows = [
        (
            phrases.of(rule.name),
            "\n".join(
                phrases.limit(choice.limit) + _ahead(phrases, choice) + phrases.aside(phrases.condition(choice.when))
                for choice in rule.limits
            ),
            phrases.triggers(rule.starts),
            phrases.triggers(rule.stops),
            phrases.joined(_deadline_notes(phrases, rule)),
        )
        for rule in phrases.policy.deadlines.values()
    ]
    yield from _table([phrases.say(head) for head in ("deadline", "how_long", "begins", "ends", "notes")], rows)


def _deadline_notes(phrases: Phrases, rule: DeadlineRule) -> Iterator[str]:
    if rule.kinds:
        yield phrases.listed("kinds", rule.kinds)
    if rule.scope == "order":
        yield phrases.say("each_order")
    if rule.promise:
        yield phrases.say("promised")
    if rule.cancels:
        yield phrases.say("cancelled_by", list=phrases.triggers(rule.cancels))
    if rule.pauses:
        yield phrases.say("pauses")
    if rule.extendable:
        yield phrases.say("extendable", count=rule.extendable)
    if rule.reminders:
        told = [f"{phrases.limit(one.before)}: {phrases.recipients(one.to)}" for one in rule.reminders]
        yield phrases.say("reminders", list=phrases.joined(told))
    if rule.ladder:
        yield phrases.say("ladder_is", name=rule.ladder)


def _ladders(phrases: Phrases) -> Iterator[str]:
    for name, rungs in phrases.policy.ladders.items():
        yield f"### {name}"
        yield ""
        rows = []
        for number, rung in enumerate(rungs):
            after = phrases.say("after_rung" if number else "after_due", limit=phrases.limit(rung.after))
            if phrases.is_nothing(rung.after):
                after = phrases.say("at_once")
            words = phrases.of(phrases.policy.templates[rung.template].text)
            rows.append((phrases.of(rung.name), after, phrases.recipients(rung.to), words))
        yield from _table([phrases.say(head) for head in ("rung", "after", "told", "text")], rows)
        yield ""


def _notices(phrases: Phrases) -> Iterator[str]:
    rows = [
        (
            phrases.trigger(rule.on) + phrases.aside(phrases.listed("kinds", rule.kinds)),
            phrases.recipients(rule.to),
            phrases.of(phrases.policy.templates[rule.template].text),
        )
        for rule in phrases.policy.notices
    ]
    if rows:
        yield from _table([phrases.say(head) for head in ("when_event", "told", "text")], rows)


def _automations(phrases: Phrases) -> Iterator[str]:
    rows = []
    for rule in phrases.policy.automations:
        does = [phrases.command(rule.do)] if rule.do else []
        if rule.data.get("order_type"):
            does.append(phrases.named("order_types", str(rule.data["order_type"])))
        if rule.unit is not None:
            does.append(phrases.unit(rule.unit))
        if rule.to:
            does.append(phrases.say("moves_to", state=phrases.state(rule.to, rule.kinds)))
        if rule.order_to:
            does.append(phrases.say("order_moves_to", state=rule.order_to))
        rows.append((phrases.trigger(rule.on), phrases.joined(does)))
    if rows:
        yield from _table([phrases.say(head) for head in ("when_event", "does")], rows)


def _templates(phrases: Phrases) -> Iterator[str]:
    for name, template in phrases.policy.templates.items():
        urgent = phrases.aside(phrases.say("urgent")) if template.urgent else ""
        yield f"- **{name}**{urgent}"
        for words in [*([template.subject] if template.subject else []), template.text]:
            yield from (f"  - {language}: {said.replace(chr(10), '<br>')}" for language, said in words.items())


def _roles(phrases: Phrases) -> Iterator[str]:
    rows = [
        (
            phrases.of(role.name),
            phrases.joined(role.levels) or phrases.say("any_level"),
            phrases.say(f"sees_{role.sees}"),
        )
        for role in phrases.policy.roles.values()
    ]
    yield from _table([phrases.say(head) for head in ("role", "levels", "sees")], rows)


def _calendars(phrases: Phrases) -> Iterator[str]:
    for name, spec in phrases.policy.calendars.items():
        week = [
            f"{day} {phrases.joined('-'.join(window) for window in windows)}"
            for day, windows in spec.get("week", {}).items()
            if windows
        ]
        country = str(spec.get("country", ""))
        closed = phrases.say("holidays_of", country=country) if country else ""
        if not country and not spec.get("holidays"):
            closed = phrases.say("no_holidays")
        yield f"- **{name}** ({spec.get('tz', phrases.policy.zone)}): {'; '.join(week)}" + (
            f". {closed}" if closed else ""
        )


def _retention(phrases: Phrases) -> Iterator[str]:
    yield phrases.say("kept_for", limit=phrases.limit(phrases.policy.retention))


def _examples(phrases: Phrases) -> Iterator[str]:
    for example in phrases.policy.examples:
        yield f"### {phrases.of(example.name)}"
        yield ""
        for step in example.steps:
            done = f" {phrases.command(step.do)}{phrases.aside(step.by)}" if step.do else ""
            yield f"- {step.at}{done}" + (f" -> {step.refused}" if step.refused else "")
        came = [f"{key}: {at}" for key, at in example.due.items()] + list(example.texts or ())
        came += list(example.customer or ()) + ([phrases.state(example.state)] if example.state else [])
        yield f"- **{phrases.say('comes_to')}**: {'; '.join(came)}"
        yield ""
