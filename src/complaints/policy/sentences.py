"""Whether every text is there in every language, and every placeholder in it has a meaning."""

from collections.abc import Iterator
from string import Formatter

from complaints.policy.findings import Finding, Path
from complaints.policy.model import DeadlineRule, Policy, Template, Text
from complaints.policy.names import unknown
from complaints.policy.spots import Spot, spots
from complaints.policy.vocabulary import PARAMETERS


def sentence_findings(policy: Policy) -> Iterator[Finding]:
    """Everything that is wrong with the texts of a policy."""
    for spot in spots(policy):
        if spot.kind is Text and not _may_be_absent(spot):
            yield from language_findings(spot.value, spot.path, policy)
    for name, template in policy.templates.items():
        path: Path = ("templates", name)
        yield from _placeholder_findings(template.text, (*path, "text"))
        yield from _placeholder_findings(template.subject, (*path, "subject"))
        if "mail" in template.channels and not template.subject:
            yield Finding(code="mail_without_subject", path=path)


def _may_be_absent(spot: Spot) -> bool:
    optional = (isinstance(spot.owner, DeadlineRule) and spot.field == "promise") or (
        isinstance(spot.owner, Template) and spot.field == "subject"
    )
    return optional and not spot.value


def language_findings(text: Text, path: Path, policy: Policy) -> Iterator[Finding]:
    """A text that lacks a language of the policy, or has one that it does not know."""
    missing = [language for language in policy.languages if not text.get(language, "").strip()]
    strange = [language for language in text if language not in policy.languages]
    for language in strange:
        yield unknown("language", language, policy.languages, (*path, language), at_key=True)
    if missing and not (strange and len(missing) == len(strange)):
        params = {"missing": ", ".join(missing)}
        yield Finding(code="missing_translation", path=path, params=params, at_key=True)


def _placeholder_findings(text: Text, path: Path) -> Iterator[Finding]:
    used: dict[str, frozenset[str]] = {}
    for language, sentence in text.items():
        place = (*path, language)
        try:
            parsed = list(Formatter().parse(sentence))
        except ValueError as error:
            yield Finding(code="bad_braces", path=place, params={"detail": str(error)})
            continue
        names = [name for _, name, _, _ in parsed if name is not None]
        for name in names:
            if name not in PARAMETERS:
                yield unknown("parameter", name, PARAMETERS, place)
        used[language] = frozenset(names)
    if not frozenset().union(*used.values()) <= frozenset(PARAMETERS):
        return
    if len(set(used.values())) > 1:
        everywhere = frozenset.intersection(*used.values())
        for language, those in used.items():
            lacking = sorted(frozenset.union(*used.values()) - those)
            if lacking and those >= everywhere:
                params = {"missing": ", ".join(lacking)}
                yield Finding(code="placeholder_missing", path=(*path, language), params=params, level="warning")
