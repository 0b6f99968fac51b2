"""The deployment keeps its architecture: every rule holds for the template, and notices when it is broken."""

import copy
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from functions.common import ORIGIN_HEADER
from infra.lint import rules
from infra.lint.template import read_template

ROOT = Path(__file__).resolve().parents[2]
TEMPLATE = read_template(ROOT / "template.yaml")
EDGE = read_template(ROOT / "infra" / "edge.yaml")


@pytest.mark.parametrize("rule", rules.RULES, ids=lambda rule: rule.__name__)
def test_the_template_keeps_the_rule(rule: rules.Rule) -> None:
    assert rule(TEMPLATE) == []


def _set(path: str, value: Any) -> Callable[[dict[str, Any]], None]:
    def change(resources: dict[str, Any]) -> None:
        *way, last = path.split("/")
        target: Any = resources
        for step in way:
            target = target[int(step)] if step.isdigit() else target[step]
        if value is None:
            del target[last]
        else:
            target[last] = value

    return change


BREAKS = [
    (rules.queues_give_up_loudly, "WorkQueue/Properties/RedrivePolicy", None),
    (rules.queues_give_up_loudly, "NoticeUrgentDeadLettersAlarm", {"Type": "AWS::CloudWatch::Dashboard"}),
    (rules.queues_give_up_loudly, "MailDeadLettersAlarm/Properties/AlarmActions", []),
    (
        rules.functions_have_a_role_of_their_own,
        "SweepFunction/Properties/Role",
        {"Fn::GetAtt": ["WorkRole", "Arn"]},
    ),
    (rules.functions_have_a_role_of_their_own, "AuditFunction/Properties/Role", None),
    (rules.functions_have_a_role_of_their_own, "WorkRole/Properties/ManagedPolicyArns", ["any"]),
    (
        rules.roles_allow_exact_actions,
        "SweepRole/Properties/Policies/0/PolicyDocument/Statement/2/Action",
        ["dynamodb:*"],
    ),
    (rules.roles_allow_exact_actions, "WorkRole/Properties/Policies/0/PolicyDocument/Statement/2/Resource", "*"),
    (rules.functions_log_for_a_while, "WorkLogGroup/Properties/RetentionInDays", None),
    (rules.functions_log_for_a_while, "WorkFunction/Properties/LoggingConfig", {"LogGroup": {"Ref": "SweepLogGroup"}}),
    (rules.buckets_are_private, "FactsBucketAccess", None),
    (rules.buckets_are_private, "ReportsBucket/Properties/PublicAccessBlockConfiguration/BlockPublicAcls", False),
    (rules.buckets_are_private, "FilesBucket/Properties/BucketEncryption", None),
    (rules.table_survives, "Table/Properties/PointInTimeRecoverySpecification", None),
    (rules.table_survives, "Table/Properties/GlobalSecondaryIndexes/0/WarmThroughput", None),
    (rules.table_survives, "Table/Properties/GlobalSecondaryIndexes/0/IndexName", "other"),
    (rules.state_outlives_the_stack, "Table/DeletionPolicy", "Delete"),
    (rules.state_outlives_the_stack, "MailBucket/UpdateReplacePolicy", None),
    (
        rules.schedules_are_not_lost,
        "DailyFunction/Properties/Events/AtTwo/Properties/ScheduleExpressionTimezone",
        "UTC",
    ),
    (rules.schedules_are_not_lost, "SweepFunction/Properties/Events/EveryMinute/Properties/DeadLetterConfig", None),
    (rules.schedules_are_not_lost, "SweepFunction/Properties/Events/EveryMinute/Properties/Input", "{}"),
    (rules.queues_wait_for_their_function, "WorkQueue/Properties/VisibilityTimeout", 60),
    (rules.queues_wait_for_their_function, "WorkFunction/Properties/Events/Work/Properties/FunctionResponseTypes", []),
    (rules.routes_are_guarded, "ConsoleApiFunction/Properties/Events/Cases/Properties/Auth", None),
    (rules.routes_are_guarded, "IntakePublicFunction/Properties/Events/Complain/Properties/Path", "/other"),
    (rules.requests_show_their_way, "ConsolePagesFunction/Properties/Environment/Variables/ORIGIN_KEYS", None),
    (rules.requests_show_their_way, "IntakePublicRole/Properties/Policies", []),
    (rules.silence_is_alarming, "AuditSilent/Properties/TreatMissingData", "notBreaching"),
]


@pytest.mark.parametrize(("rule", "path", "value"), BREAKS, ids=lambda part: getattr(part, "__name__", None))
def test_the_rule_notices_when_it_is_broken(rule: rules.Rule, path: str, value: Any) -> None:
    broken = copy.deepcopy(TEMPLATE)
    _set(path, value)(broken["Resources"])

    assert rule(broken) != []


def test_the_edge_shows_the_desk_that_a_request_came_through_it() -> None:
    assert rules.edge_shows_the_way(EDGE) == []
    assert rules.ORIGIN_HEADER == ORIGIN_HEADER


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("Parameters/OriginKey/NoEcho", None),
        ("Resources/Distribution/Properties/DistributionConfig/Origins/0/OriginCustomHeaders", None),
        ("Resources/Distribution/Properties/DistributionConfig/WebACLId", None),
    ],
)
def test_the_rule_of_the_edge_notices_when_it_is_broken(path: str, value: Any) -> None:
    broken = copy.deepcopy(EDGE)
    _set(path, value)(broken)

    assert rules.edge_shows_the_way(broken) != []
