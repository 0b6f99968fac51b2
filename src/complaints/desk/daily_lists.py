"""The liability list of a day for each unit that has a person for it, and that person told (POST-9, POST-16)."""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta

from complaints.adapters.factstore import FactStore
from complaints.adapters.files import Files
from complaints.desk.context import Desk
from complaints.desk.deliver import deliver
from complaints.desk.publish import all_units
from complaints.directory.model import Unit
from complaints.reporting.daily import daily_list
from complaints.reporting.facts import Fact, chunks, decode
from complaints.reporting.page import page
from complaints.reporting.plan import plan_of


def write_daily_lists(desk: Desk, store: FactStore, day: str, now: datetime) -> int:
    """Write the lists of a sealed day to the reports bucket and tell each unit's person; how many lists there are."""
    policy = desk.policies.current(now).policy
    if not policy.daily_delivery:
        return 0
    facts = list(_sheets(store, day))
    if not facts:
        return 0
    units = all_units(desk, now)
    names = {unit.id: dict(unit.names) for unit in units}
    plan = plan_of(policy)
    bucket = Files(desk.settings.need("reports_bucket"))
    ready_at = datetime.combine(date.fromisoformat(day) + timedelta(days=1), time(), desk.settings.zone)
    written = 0
    for unit in units:
        if not any(_concerns(delivery.levels, unit) for delivery in policy.daily_delivery):
            continue
        for language in policy.languages:
            report = daily_list(day, facts, "/".join(unit.path), plan, names, language)
            if report is None:
                break
            key = f"units/{unit.id}/{day}/daily.{language}.html"
            bucket.write(key, page(report), "text/html; charset=utf-8")
        else:
            written += 1
            params = {"period": day, "link": _link(desk, unit, day)}
            deliver(desk, policy.daily_delivery, unit, f"daily:{day}", params, ready_at, now)
    return written


def _concerns(levels: tuple[str, ...], unit: Unit) -> bool:
    return not levels or unit.level in levels


def _sheets(store: FactStore, day: str) -> Iterator[Fact]:
    for shard in store.shards(day):
        for lines in chunks(store.fact_pieces(day, shard)):
            yield from (fact for fact in decode(lines) if fact.sheet and fact.type == "dispatched")


def _link(desk: Desk, unit: Unit, period: str) -> str:
    base = desk.settings.public_url
    return f"{base.rstrip('/')}/desk/reports?unit={unit.address}&period={period}" if base else ""
