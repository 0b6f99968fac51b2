"""Puts the localised template onto the local cloud, as a stack, and tells what came of it."""

import json
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

from localrun.cloud import REGION
from localrun.localise import localised
from localrun.packaging import source_archive
from localrun.schedules import Schedule, read_schedule
from localrun.staff import AUDIENCE

STACK = "complaints"
CODE_BUCKET = "local-source"
TEMPLATE_KEY = "template.json"
MAIL_DOMAIN = "desk.example"
MAIL_FROM = f"complaints@{MAIL_DOMAIN}"
BUCKETS = ("mail", "files", "facts", "anchors", "reports")


class DeploymentError(Exception):
    """The template could not be deployed locally; the text is the local cloud's own reason."""


@dataclass(frozen=True, slots=True)
class Deployed:
    """What stands: physical names of table and buckets, the API's id, the schedules, a function's environment."""

    table: str
    buckets: dict[str, str]
    api_id: str
    schedules: tuple[Schedule, ...]
    keys: str


def client(service: str) -> Any:
    """Return a client of the local cloud; a call may take as long as a handler may."""
    return boto3.client(service, config=Config(read_timeout=920, retries={"total_max_attempts": 1}))


def deploy(root: Path, issuer: str, zone: str, public_url: str) -> Deployed:
    """Deploy `root`'s template, or bring what is deployed up to date with it.

    Raises
    ------
    DeploymentError
        With the reason of each resource that could not be made.
    """
    name, archive = source_archive(root)
    s3 = client("s3")
    _ensure_code_bucket(s3)
    s3.put_object(Bucket=CODE_BUCKET, Key=name, Body=archive)
    template = localised(root / "template.yaml", f"s3://{CODE_BUCKET}/{name}", REGION)
    s3.put_object(Bucket=CODE_BUCKET, Key=TEMPLATE_KEY, Body=json.dumps(template, default=str).encode())
    values = {
        "OrganisationZone": zone,
        "MailDomain": MAIL_DOMAIN,
        "MailFrom": MAIL_FROM,
        "SmsCarrier": "sns",
        "StaffIssuer": issuer,
        "StaffClient": AUDIENCE,
        "WebOrigins": "*",
        "ScanFiles": "false",
    }
    if "PublicUrl" in template["Parameters"]:
        values["PublicUrl"] = public_url
    outputs = _bring_up(client("cloudformation"), values)
    _apply_cors(template)
    scheduler = client("scheduler")
    _apply_zones(template, values, scheduler)
    names = [
        schedule["Name"]
        for page in scheduler.get_paginator("list_schedules").paginate()
        for schedule in page["Schedules"]
    ]
    return Deployed(
        table=outputs["TableName"],
        buckets={kind: outputs[f"{kind.capitalize()}BucketName"] for kind in BUCKETS},
        api_id=outputs["ApiUrl"].removeprefix("https://").split(".")[0],
        schedules=tuple(read_schedule(scheduler.get_schedule(Name=name)) for name in names),
        keys=outputs["SigningKeysName"],
    )


def _ensure_code_bucket(s3: Any) -> None:
    try:
        s3.create_bucket(Bucket=CODE_BUCKET, CreateBucketConfiguration={"LocationConstraint": REGION})
    except ClientError as error:
        if error.response["Error"]["Code"] != "BucketAlreadyOwnedByYou":
            raise


def _bring_up(cloudformation: Any, values: dict[str, str]) -> dict[str, str]:
    request: dict[str, Any] = {
        "StackName": STACK,
        "TemplateURL": f"https://s3.amazonaws.com/{CODE_BUCKET}/{TEMPLATE_KEY}",
        "Capabilities": ["CAPABILITY_IAM"],
        "Parameters": [{"ParameterKey": key, "ParameterValue": value} for key, value in values.items()],
    }
    try:
        cloudformation.create_stack(**request)
    except ClientError as error:
        if error.response["Error"]["Code"] != "AlreadyExistsException":
            raise DeploymentError(_short(error)) from error
        try:
            cloudformation.update_stack(**request)
        except ClientError as update_error:
            if "No updates" not in str(update_error):
                raise DeploymentError(_short(update_error)) from update_error
    while True:
        stack = cloudformation.describe_stacks(StackName=STACK)["Stacks"][0]
        if not stack["StackStatus"].endswith("IN_PROGRESS"):
            break
        time.sleep(0.02)  # looks again; the loop ends by what it sees
    if stack["StackStatus"] not in ("CREATE_COMPLETE", "UPDATE_COMPLETE"):
        events = cloudformation.describe_stack_events(StackName=STACK)["StackEvents"]
        reasons = [
            f"{event['LogicalResourceId']}: {event['ResourceStatusReason']}"
            for event in events
            if event["ResourceStatus"].endswith("FAILED") and event.get("ResourceStatusReason")
        ]
        raise DeploymentError(f"{stack['StackStatus']}: " + "; ".join(reasons))
    return {output["OutputKey"]: output["OutputValue"] for output in stack["Outputs"]}


def _apply_zones(template: dict[str, Any], values: dict[str, str], scheduler: Any) -> None:
    """The local CloudFormation leaves out a schedule's time zone."""
    for resource in template["Resources"].values():
        zone = resource["Properties"].get("ScheduleExpressionTimezone")
        if resource["Type"] == "AWS::Scheduler::Schedule" and zone is not None:
            given = scheduler.get_schedule(Name=resource["Properties"]["Name"])
            kept = ("Name", "ScheduleExpression", "FlexibleTimeWindow", "Target", "State")
            scheduler.update_schedule(
                **{key: given[key] for key in kept},
                ScheduleExpressionTimezone=values[zone["Ref"]] if isinstance(zone, dict) else zone,
            )


def _short(error: ClientError) -> str:
    # Some refusals repeat the whole template.
    text = str(error)
    return text if len(text) < 2000 else f"{text[:1000]} ... {text[-1000:]}"


def _apply_cors(template: dict[str, Any]) -> None:
    """The local cloud keeps CORS given by CloudFormation, and heeds it only after an update of the API."""
    gateway = client("apigatewayv2")
    for resource in template["Resources"].values():
        if resource["Type"] != "AWS::ApiGatewayV2::Api" or "CorsConfiguration" not in resource["Properties"]:
            continue
        cors = dict(resource["Properties"]["CorsConfiguration"])
        if not isinstance(cors.get("AllowOrigins"), list):
            cors["AllowOrigins"] = ["*"]
        for api in gateway.get_apis()["Items"]:
            gateway.update_api(ApiId=api["ApiId"], CorsConfiguration=cors)
