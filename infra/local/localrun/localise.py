"""`template.yaml` made deployable on the local cloud: translated, what that lacks left out or spelled out."""

import copy
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from samtranslator.translator.transform import transform
from samtranslator.yaml_helper import yaml_parse

Template = dict[str, Any]

# What the local cloud does not know, and what stands in for it.
LEFT_OUT = {
    "AWS::SES::ReceiptRuleSet": "the SMTP server puts mail into the inbound bucket",
    "AWS::SES::ReceiptRule": "the SMTP server puts mail into the inbound bucket",
    "Custom::ActiveReceiptRuleSet": "there is no rule set to activate",
    "AWS::GuardDuty::MalwareProtectionPlan": "uploads are not scanned",
}
# Only there to serve what is left out.
LEFT_OUT_WITH_IT = {"ActivateMailFunction", "ActivateMailRole", "ActivateMailLogGroup"}

_CORS = {
    "allowOrigins": "AllowOrigins",
    "allowMethods": "AllowMethods",
    "allowHeaders": "AllowHeaders",
    "allowCredentials": "AllowCredentials",
    "exposeHeaders": "ExposeHeaders",
    "maxAge": "MaxAge",
}


class _NoManagedPolicies:
    def load(self) -> dict[str, str]:
        return {}


def localised(template_file: Path, code_uri: str, region: str) -> Template:
    """Return the CloudFormation template that the local cloud deploys.

    `code_uri` is the `s3://` address of the packaged source; every function's handler becomes the local entry,
    which is told the real one in LOCAL_HANDLER.
    """
    with template_file.open(encoding="utf-8") as file:
        template: Template = yaml_parse(file)
    resources = template["Resources"]
    for name in [
        name for name, resource in resources.items() if resource["Type"] in LEFT_OUT or name in LEFT_OUT_WITH_IT
    ]:
        del resources[name]
    template["Globals"]["Function"]["CodeUri"] = code_uri
    _fit_statements(resources)
    for resource in resources.values():
        if resource["Type"] == "AWS::S3::BucketPolicy":
            _allow_plain_http(resource["Properties"]["PolicyDocument"])
        if resource["Type"] == "AWS::Serverless::Function":
            properties = resource["Properties"]
            variables = properties.setdefault("Environment", {}).setdefault("Variables", {})
            variables["LOCAL_HANDLER"] = properties["Handler"]
            properties["Handler"] = "local_entry.handler"
    return _with_routes(_translated(template, region))


def _fit_statements(resources: Template) -> None:
    """A secret's Ref is its ARN when deployed and its name here; who a mail is from is no condition key here."""
    secrets = {name for name, resource in resources.items() if resource["Type"] == "AWS::SecretsManager::Secret"}
    for role in (resource for resource in resources.values() if resource["Type"] == "AWS::IAM::Role"):
        for policy in role["Properties"].get("Policies", []):
            for statement in _plain(policy["PolicyDocument"]["Statement"]):
                statement.get("Condition", {}).get("StringEquals", {}).pop("ses:FromAddress", None)
                resource = statement.get("Resource")
                if isinstance(resource, dict) and resource.get("Ref") in secrets:
                    arn = "arn:${AWS::Partition}:secretsmanager:${AWS::Region}:${AWS::AccountId}:secret:"
                    statement["Resource"] = {"Fn::Sub": f"{arn}${{{resource['Ref']}}}-??????"}


def _plain(statements: list[Template]) -> Iterator[Template]:
    """The statements of a policy, those that stand under a condition of the template too."""
    for statement in statements:
        chosen = statement.get("Fn::If")
        yield from _plain([one for one in chosen[1:] if "Ref" not in one]) if chosen else (statement,)


def _allow_plain_http(policy: Template) -> None:
    """Everything here is plain HTTP on the loopback; the local cloud enforces policies and would refuse it."""
    policy["Statement"] = [
        statement
        for statement in policy["Statement"]
        if "aws:SecureTransport" not in statement.get("Condition", {}).get("Bool", {})
    ]


def _translated(template: Template, region: str) -> Template:
    # The translator asks for a region and would look for one in the person's own AWS configuration.
    os.environ["AWS_DEFAULT_REGION"] = region
    result: Template = transform(copy.deepcopy(template), {}, _NoManagedPolicies())
    return result


def _with_routes(template: Template) -> Template:
    """Spell out each HTTP API's OpenAPI body as routes and authorizers; the local cloud ignores bodies."""
    resources = template["Resources"]
    for name in [
        n for n, r in resources.items() if r["Type"] == "AWS::ApiGatewayV2::Api" and "Body" in r["Properties"]
    ]:
        properties = resources[name]["Properties"]
        body = properties.pop("Body")
        properties.pop("FailOnWarnings", None)
        properties |= {"Name": name, "ProtocolType": "HTTP", "Tags": {}}
        cors = body.get("x-amazon-apigateway-cors")
        if cors:
            properties["CorsConfiguration"] = {_CORS[key]: value for key, value in cors.items() if key in _CORS}
        authorizers = _authorizers(name, body, resources)
        numbered = 0
        for path, methods in body.get("paths", {}).items():
            if "Fn::If" in methods:
                continue  # of a function under a condition that does not hold here: the carrier's door
            for method, operation in methods.items():
                integration = operation.get("x-amazon-apigateway-integration")
                if integration:
                    numbered += 1
                    _route(name, numbered, path, method, operation, authorizers, resources)
    return template


def _authorizers(api: str, body: Template, resources: Template) -> dict[str, str]:
    made = {}
    for scheme, security in body.get("components", {}).get("securitySchemes", {}).items():
        authorizer = security.get("x-amazon-apigateway-authorizer")
        if not authorizer or authorizer["type"] != "jwt":
            continue
        made[scheme] = f"{api}Authorizer{scheme}"
        resources[made[scheme]] = {
            "Type": "AWS::ApiGatewayV2::Authorizer",
            "Properties": {
                "ApiId": {"Ref": api},
                "AuthorizerType": "JWT",
                "Name": scheme,
                "IdentitySource": [authorizer["identitySource"]],
                "JwtConfiguration": {
                    "Issuer": authorizer["jwtConfiguration"]["issuer"],
                    "Audience": authorizer["jwtConfiguration"]["audience"],
                },
            },
        }
    return made


def _route(
    api: str, number: int, path: str, method: str, operation: Template, authorizers: dict[str, str], resources: Template
) -> None:
    integration = f"{api}Integration{number}"
    resources[integration] = {
        "Type": "AWS::ApiGatewayV2::Integration",
        "Properties": {
            "ApiId": {"Ref": api},
            "IntegrationType": "AWS_PROXY",
            "IntegrationUri": operation["x-amazon-apigateway-integration"]["uri"],
            "PayloadFormatVersion": "2.0",
        },
    }
    verb = "ANY" if method == "x-amazon-apigateway-any-method" else method.upper()
    route: Template = {
        "ApiId": {"Ref": api},
        "RouteKey": f"{verb} {path}",
        "Target": {"Fn::Sub": f"integrations/${{{integration}}}"},
    }
    for requirement in operation.get("security", []):
        for scheme in requirement:
            if scheme in authorizers:
                route |= {"AuthorizationType": "JWT", "AuthorizerId": {"Ref": authorizers[scheme]}}
    resources[f"{api}Route{number}"] = {"Type": "AWS::ApiGatewayV2::Route", "Properties": route}
