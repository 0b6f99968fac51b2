"""What is wrong with a policy file, as lines for people: file, line, column, what is wrong, what to write instead."""

from collections.abc import Iterable

from complaints.policy.findings import Finding, spelled
from complaints.texts import text


def finding_line(finding: Finding, file: str, lang: str) -> str:
    """One finding as editors and terminals know it: ``file:line:column: error: ...``.

    Parameters
    ----------
    file
        how to name the file.
    lang
        BCP 47 tag of the reader's language.
    """
    params = dict(finding.params)
    if "what" in params:
        params["what"] = text(f"policy.what.{params['what']}", lang)
    said = text(f"policy.{finding.code}", lang, **params)
    level = text(f"policy.level_{finding.level}", lang)
    where = f"{file}:{finding.line}:{finding.column}" if finding.line else file
    path = spelled(finding.path)
    return text("policy.line", lang, where=where, level=level, problem=said, path=f" [{path}]" if path else "")


def summary(findings: Iterable[Finding], lang: str) -> str:
    """How many errors and warnings there are."""
    listed = list(findings)
    errors = sum(finding.level == "error" for finding in listed)
    return text("policy.summary", lang, errors=errors, warnings=len(listed) - errors)
