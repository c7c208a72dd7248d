"""Asks AWS, and says what a refusal means for whoever runs the command (template-owned)."""

from collections.abc import Sequence
from typing import Any, Protocol

import boto3
from botocore.exceptions import BotoCoreError, ClientError

from app.dev.processes import DevelopmentError

LOG_IN = "no log-in at AWS: run `aws sso login`, or set AWS_PROFILE or AWS_ACCESS_KEY_ID, and repeat the command"
# In words of botocore: who we are is not known, or no longer.
_NO_LOG_IN = ("NoCredentialsError", "PartialCredentialsError", "ProfileNotFound", "SSOError", "TokenRetrievalError")
_EXPIRED = ("ExpiredToken", "ExpiredTokenException", "UnrecognizedClientException", "InvalidClientTokenId")


class AwsError(DevelopmentError):
    """AWS refused or can't be reached; `code` is AWS's own word for why, if it gave one."""

    def __init__(self, text: str, code: str = "") -> None:
        super().__init__(text)
        self.code = code


class Asks(Protocol):
    """Whoever answers as AWS does."""

    region: str

    def ask(self, service: str, operation: str, /, **parameters: Any) -> dict[str, Any]:
        """What AWS answers to one operation."""

    def ask_all(self, service: str, operation: str, key: str, /, **parameters: Any) -> list[Any]:
        """What AWS lists under `key`, from all pages."""


class Aws:
    """AWS in one region, with the log-in that boto3 finds."""

    def __init__(self, region: str) -> None:
        self.region = region
        self._clients: dict[str, Any] = {}

    def ask(self, service: str, operation: str, /, **parameters: Any) -> dict[str, Any]:
        """What AWS answers.

        Raises:
            AwsError: it refuses, or it can't be reached.
        """
        try:
            answer: dict[str, Any] = getattr(self._client(service), operation)(**parameters)
        except (BotoCoreError, ClientError) as error:
            raise _explained(error) from None
        return answer

    def ask_all(self, service: str, operation: str, key: str, /, **parameters: Any) -> list[Any]:
        """What AWS lists under `key`, from all pages; a path such as `DistributionList.Items` is one too.

        Raises:
            AwsError: it refuses, or it can't be reached.
        """
        try:
            pages = self._client(service).get_paginator(operation).paginate(**parameters)
            return [one for one in pages.search(f"{key}[]") if one is not None]
        except (BotoCoreError, ClientError) as error:
            raise _explained(error) from None

    def _client(self, service: str) -> Any:
        if service not in self._clients:
            self._clients[service] = boto3.client(service, region_name=self.region)
        return self._clients[service]


def account_number(aws: Asks) -> str:
    """The number of the account that we are logged in to."""
    return str(aws.ask("sts", "get_caller_identity")["Account"])


def tags(pairs: Sequence[dict[str, str]]) -> dict[str, str]:
    """Tags as ECS writes them, by their names."""
    return {pair["key"]: pair["value"] for pair in pairs}


def _explained(error: BotoCoreError | ClientError) -> AwsError:
    """What the command says instead."""
    if isinstance(error, ClientError):
        code, said = (str(error.response.get("Error", {}).get(key, "")) for key in ("Code", "Message"))
        if code in _EXPIRED:
            return AwsError(LOG_IN)
        return AwsError(f"AWS refuses {error.operation_name}: {code}: {said}", code)
    kinds = {kind.__name__ for kind in type(error).__mro__}
    return AwsError(LOG_IN if kinds & set(_NO_LOG_IN) else f"AWS can't be asked: {error}")
