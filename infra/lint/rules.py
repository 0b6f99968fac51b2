"""What the deployment must always be, as rules over the template. Each returns what is wrong, as `resource: reason`."""

from collections.abc import Callable, Iterator
from typing import Any

from infra.lint.template import of_type, refers_to

Template = dict[str, Any]
Rule = Callable[[Template], list[str]]

# Actions that AWS gives no resource for.
WITHOUT_RESOURCE = {
    "xray:PutTraceSegments",
    "xray:PutTelemetryRecords",
    "ses:SetActiveReceiptRuleSet",
    "ses:DescribeActiveReceiptRuleSet",
}
STATEFUL = (
    "AWS::DynamoDB::Table",
    "AWS::S3::Bucket",
    "AWS::KMS::Key",
    "AWS::SecretsManager::Secret",
    "AWS::Cognito::UserPool",
)
ORIGIN_HEADER = "x-desk-origin"
INDEXES = {"due", "queue0", "queue1", "queue2", "queue3", "queue4", "facts", "actor"}
# What Lambda recommends between a queue's visibility timeout and its function's own timeout.
VISIBILITY_TIMES = 6


def functions(template: Template) -> dict[str, Any]:
    """Return the functions."""
    return of_type(template, "AWS::Serverless::Function", "AWS::Lambda::Function")


def statements(role: Template) -> Iterator[Template]:
    """Yield the statements of a role's own policies, conditional ones too."""

    def unfold(value: Any) -> Iterator[Template]:
        if isinstance(value, dict) and "Fn::If" in value:
            for branch in value["Fn::If"][1:]:
                yield from unfold(branch)
        elif isinstance(value, dict) and "Effect" in value:
            yield value

    for policy in role["Properties"].get("Policies", []):
        for statement in policy["PolicyDocument"]["Statement"]:
            yield from unfold(statement)


def queues_give_up_loudly(template: Template) -> list[str]:
    """Each queue has dead letters, and each queue that dead letters end in has an alarm that tells somebody."""
    queues = of_type(template, "AWS::SQS::Queue")
    last = {name for name, queue in queues.items() if "RedrivePolicy" not in queue["Properties"]}
    wrong = []
    for name, queue in queues.items():
        target = refers_to(queue["Properties"].get("RedrivePolicy")) & set(queues)
        if name not in last and not target <= last:
            wrong.append(f"{name}: its dead letters go to {target or 'no queue of the template'}")
    fed_by = set().union(*(refers_to(queue["Properties"].get("RedrivePolicy")) for queue in queues.values()))
    fed_by |= {name for function in functions(template).values() for name in _gives_up_to(function)}
    wrong += [f"{name}: has no dead-letter queue" for name in sorted(last - fed_by)]
    alarms = of_type(template, "AWS::CloudWatch::Alarm").values()
    watched = {
        name
        for alarm in alarms
        if alarm["Properties"]["MetricName"] == "ApproximateNumberOfMessagesVisible"
        and alarm["Properties"].get("AlarmActions")
        for name in refers_to(alarm["Properties"]["Dimensions"])
    }
    return wrong + [f"{name}: no alarm watches these dead letters" for name in sorted(last - watched)]


def _gives_up_to(function: Template) -> set[str]:
    properties = function["Properties"]
    found = refers_to(properties.get("EventInvokeConfig"))
    for event in properties.get("Events", {}).values():
        found |= refers_to(event["Properties"].get("DeadLetterConfig"))
        found |= refers_to(event["Properties"].get("RedrivePolicy"))
    return found


def functions_have_a_role_of_their_own(template: Template) -> list[str]:
    """Each function has one role, which no other has, trusted to Lambda alone, without managed policies."""
    wrong: list[str] = []
    seen: dict[str, str] = {}
    roles = of_type(template, "AWS::IAM::Role")
    for name, function in functions(template).items():
        named = refers_to(function["Properties"].get("Role")) & set(roles)
        if len(named) != 1:
            wrong.append(f"{name}: has no role of its own")
            continue
        role = named.pop()
        if role in seen:
            wrong.append(f"{name}: shares {role} with {seen[role]}")
        seen[role] = name
        if roles[role]["Properties"].get("ManagedPolicyArns"):
            wrong.append(f"{role}: has managed policies, which allow more than the function does")
    return wrong


def roles_allow_exact_actions(template: Template) -> list[str]:
    """No role allows an action with a wildcard, nor a resource `*` but for actions that have no resource."""
    wrong = []
    for name, role in of_type(template, "AWS::IAM::Role").items():
        for statement in statements(role):
            actions = statement["Action"] if isinstance(statement["Action"], list) else [statement["Action"]]
            wrong += [f"{name}: allows {action}" for action in actions if "*" in action]
            if statement.get("Resource") == "*" and not set(actions) <= WITHOUT_RESOURCE:
                wrong.append(f"{name}: allows {', '.join(actions)} on everything")
    return wrong


def functions_log_for_a_while(template: Template) -> list[str]:
    """Each function has an encrypted log group of its own that forgets, and may write to no other."""
    wrong = []
    groups = of_type(template, "AWS::Logs::LogGroup")
    roles = of_type(template, "AWS::IAM::Role")
    wrong += [f"{name}: keeps logs for ever" for name, g in groups.items() if "RetentionInDays" not in g["Properties"]]
    wrong += [f"{name}: is not encrypted" for name, g in groups.items() if "KmsKeyId" not in g["Properties"]]
    for name, function in functions(template).items():
        own = refers_to(function["Properties"].get("LoggingConfig")) & set(groups)
        if own != {name.removesuffix("Function") + "LogGroup"}:
            wrong.append(f"{name}: has no log group of its own")
        for role in refers_to(function["Properties"].get("Role")) & set(roles):
            for statement in statements(roles[role]):
                if any(action.startswith("logs:") for action in statement["Action"]):
                    wrong += [
                        f"{role}: may log as {other}" for other in refers_to(statement["Resource"]) & set(groups) - own
                    ]
    return wrong


def buckets_are_private(template: Template) -> list[str]:
    """Each bucket: KMS, no public access, versions, a lifecycle, and a policy that refuses unencrypted connections."""
    wrong = []
    refusing = {
        name
        for policy in of_type(template, "AWS::S3::BucketPolicy").values()
        for statement in policy["Properties"]["PolicyDocument"]["Statement"]
        if statement.get("Effect") == "Deny"
        and statement.get("Condition", {}).get("Bool", {}).get("aws:SecureTransport") is False
        for name in refers_to(policy["Properties"]["Bucket"])
    }
    for name, bucket in of_type(template, "AWS::S3::Bucket").items():
        properties = bucket["Properties"]
        rules = properties.get("BucketEncryption", {}).get("ServerSideEncryptionConfiguration", [])
        if [rule["ServerSideEncryptionByDefault"]["SSEAlgorithm"] for rule in rules] != ["aws:kms"]:
            wrong.append(f"{name}: is not encrypted with the key")
        blocked = properties.get("PublicAccessBlockConfiguration", {})
        if len(blocked) != 4 or not all(blocked.values()):
            wrong.append(f"{name}: does not block all public access")
        if properties.get("VersioningConfiguration") != {"Status": "Enabled"}:
            wrong.append(f"{name}: keeps no versions")
        if not properties.get("LifecycleConfiguration", {}).get("Rules"):
            wrong.append(f"{name}: has no lifecycle")
        if name not in refusing:
            wrong.append(f"{name}: lets in unencrypted connections")
    return wrong


def table_survives(template: Template) -> list[str]:
    """The table: recovery to a point in time, own key, no deletion, TTL, and every index warm from the first day."""
    wrong = []
    for name, table in of_type(template, "AWS::DynamoDB::Table").items():
        properties = table["Properties"]
        if properties.get("PointInTimeRecoverySpecification") != {"PointInTimeRecoveryEnabled": True}:
            wrong.append(f"{name}: cannot be restored to a point in time")
        if properties.get("SSESpecification", {}).get("SSEType") != "KMS":
            wrong.append(f"{name}: is not encrypted with the key")
        if properties.get("DeletionProtectionEnabled") is not True:
            wrong.append(f"{name}: can be deleted")
        if properties.get("TimeToLiveSpecification") != {"AttributeName": "ttl", "Enabled": True}:
            wrong.append(f"{name}: forgets nothing")
        indexes = {index["IndexName"]: index for index in properties.get("GlobalSecondaryIndexes", [])}
        if set(indexes) != INDEXES:
            wrong.append(f"{name}: has the indexes {sorted(indexes)}")
        cold = [index for index, value in {"table": properties, **indexes}.items() if "WarmThroughput" not in value]
        wrong += [f"{name}: {index} is not warm" for index in cold]
    return wrong


def state_outlives_the_stack(template: Template) -> list[str]:
    """What holds data stays when the stack goes or replaces it."""
    return [
        f"{name}: would go with the stack"
        for name, resource in of_type(template, *STATEFUL).items()
        if (resource.get("DeletionPolicy"), resource.get("UpdateReplacePolicy")) != ("Retain", "Retain")
    ]


def schedules_are_not_lost(template: Template) -> list[str]:
    """Each schedule has dead letters and a retry policy; one by the calendar runs in the organisation's time zone."""
    wrong = []
    for name, function in functions(template).items():
        for event in function["Properties"].get("Events", {}).values():
            if event["Type"] != "ScheduleV2":
                continue
            properties = event["Properties"]
            if not properties.get("DeadLetterConfig") or not properties.get("RetryPolicy"):
                wrong.append(f"{name}: a schedule that fails is forgotten")
            by_calendar = properties["ScheduleExpression"].startswith("cron")
            if by_calendar and properties.get("ScheduleExpressionTimezone") != {"Ref": "OrganisationZone"}:
                wrong.append(f"{name}: its days end in another zone than the organisation's")
            if "<aws.scheduler.scheduled-time>" not in properties.get("Input", ""):
                wrong.append(f"{name}: is not told for which instant it runs")
    return wrong


def queues_wait_for_their_function(template: Template) -> list[str]:
    """A message stays out of sight while its function may be at it; only what failed comes back, not the batch."""
    wrong = []
    queues = of_type(template, "AWS::SQS::Queue")
    for name, function in functions(template).items():
        for event in function["Properties"].get("Events", {}).values():
            if event["Type"] != "SQS":
                continue
            for queue in refers_to(event["Properties"]["Queue"]):
                needed = VISIBILITY_TIMES * function["Properties"]["Timeout"]
                if queues[queue]["Properties"].get("VisibilityTimeout", 30) < needed:
                    wrong.append(f"{queue}: is visible again before {name} can be done ({needed} s)")
            if event["Properties"].get("FunctionResponseTypes") != ["ReportBatchItemFailures"]:
                wrong.append(f"{name}: one failed message brings back its whole batch")
    return wrong


def routes_are_guarded(template: Template) -> list[str]:
    """The staff function's routes ask for a token, the public function's are throttled; nobody has both kinds."""
    wrong = []
    limited = set()
    for api in of_type(template, "AWS::Serverless::HttpApi").values():
        limited |= set(api["Properties"].get("RouteSettings", {}))
        if "CorsConfiguration" not in api["Properties"] or "DefaultRouteSettings" not in api["Properties"]:
            wrong.append("the HTTP API: has no CORS or no throttling")
    for name, function in functions(template).items():
        for event in function["Properties"].get("Events", {}).values():
            if event["Type"] != "HttpApi":
                continue
            route = f"{event['Properties']['Method']} {event['Properties']['Path']}"
            guarded = event["Properties"].get("Auth", {}).get("Authorizer")
            if name == "ConsoleApiFunction" and not guarded:
                wrong.append(f"{name}: {route} asks for no token")
            if name == "IntakePublicFunction" and route not in limited:
                wrong.append(f"{name}: {route} is not throttled")
    return wrong


def requests_show_their_way(template: Template) -> list[str]:
    """Each function behind the HTTP API is told which word shows that a request came through the edge, and may read
    it: the API's own host cannot be switched off without a domain of one's own."""
    wrong = []
    for name, function in functions(template).items():
        properties = function["Properties"]
        if not any(event["Type"] == "HttpApi" for event in properties.get("Events", {}).values()):
            continue
        if "OriginKeys" not in refers_to(properties["Environment"]["Variables"].get("ORIGIN_KEYS")):
            wrong.append(f"{name}: answers whoever goes around CloudFront and its firewall")
        role = template["Resources"][name.removesuffix("Function") + "Role"]
        if not any("OriginKeys" in refers_to(statement.get("Resource")) for statement in statements(role)):
            wrong.append(f"{name}: may not read the word that shows the way")
    return wrong


def edge_shows_the_way(edge: Template) -> list[str]:
    """For `infra/edge.yaml`: each origin is shown a secret word, which is in no output and no log; nothing is cached,
    and a firewall stands before it."""
    wrong = []
    for name, parameter in edge["Parameters"].items():
        if name.endswith("Key") and parameter.get("NoEcho") is not True:
            wrong.append(f"{name}: is shown to whoever may describe the stack")
    for name, distribution in of_type(edge, "AWS::CloudFront::Distribution").items():
        config = distribution["Properties"]["DistributionConfig"]
        if not refers_to(config.get("WebACLId")):
            wrong.append(f"{name}: has no firewall")
        for origin in config["Origins"]:
            headers = {one["HeaderName"]: one["HeaderValue"] for one in origin.get("OriginCustomHeaders", [])}
            if headers.get(ORIGIN_HEADER) != {"Ref": "OriginKey"}:
                wrong.append(f"{name}: does not show {origin['Id']} that a request came through it")
    return wrong


def silence_is_alarming(template: Template) -> list[str]:
    """The sweep and the auditor are missed when they do not run at all: no data is bad news there."""
    watched = {
        name
        for alarm in of_type(template, "AWS::CloudWatch::Alarm").values()
        if alarm["Properties"]["MetricName"] == "Invocations" and alarm["Properties"]["TreatMissingData"] == "breaching"
        for name in refers_to(alarm["Properties"].get("Dimensions"))
    }
    return [f"{name}: its silence alarms nobody" for name in ("SweepFunction", "AuditFunction") if name not in watched]


RULES: tuple[Rule, ...] = (
    queues_give_up_loudly,
    functions_have_a_role_of_their_own,
    roles_allow_exact_actions,
    functions_log_for_a_while,
    buckets_are_private,
    table_survives,
    state_outlives_the_stack,
    schedules_are_not_lost,
    queues_wait_for_their_function,
    routes_are_guarded,
    requests_show_their_way,
    silence_is_alarming,
)
