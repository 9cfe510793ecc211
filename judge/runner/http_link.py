"""`Link` over HTTP: the runner calls, the server never does."""

import time
from collections.abc import Callable, Mapping, Sequence
from http import HTTPStatus
from typing import Any

import httpx

from judge.errors import LeaseLost, LinkFault, Outdated
from judge.events import Event
from judge.runner.wire import (
    JOB_TOKEN_HEADER,
    POLL_S,
    EventBatch,
    HandBack,
    HandIn,
    Hello,
    Message,
    Phase,
    TakenJob,
    TakeRequest,
    api_path,
)
from judge.values import Judgement

ATTEMPTS = 6
BACKOFF_S = 0.25


class HttpLink:
    """A runner's connection to the server at `url`, with the runner's own credential.

    Proxies are taken from the environment (HTTPS_PROXY, NO_PROXY). `token` is asked for each time,
    so that it may be changed without a stop.
    """

    def __init__(self, url: str, token: Callable[[], str]) -> None:
        self._token = token
        self._client = httpx.Client(
            base_url=url.rstrip("/") + api_path(), timeout=httpx.Timeout(20, read=POLL_S + 20)
        )

    def close(self) -> None:
        self._client.close()

    def hello(self, hello: Hello) -> None:
        self._post("/hello", hello)

    def phase(self, phase: Phase) -> None:
        self._post("/phase", phase)

    def take(self, offers: Mapping[str, Sequence[str]]) -> TakenJob | None:
        question = TakeRequest(offers={target: list(words) for target, words in offers.items()})
        # Asked once: the caller's loop asks again, and a lost answer's job comes back by lease.
        answer = self._send("POST", "/take", question, {})
        if answer.status_code == HTTPStatus.NO_CONTENT:
            return None
        return TakenJob.model_validate_json(answer.content)

    def blob(self, job: TakenJob, sha256: str) -> bytes:
        return self._retried("GET", f"/jobs/{job.job}/blobs/{sha256}", None, job).content

    def heartbeat(self, job: TakenJob) -> None:
        self._send("POST", f"/jobs/{job.job}/heartbeat", None, _token(job))

    def events(self, job: TakenJob, first: int, events: Sequence[Event]) -> None:
        batch = EventBatch(first=first, events=list(events))
        self._retried("POST", f"/jobs/{job.job}/events", batch, job)

    def hand_in(self, job: TakenJob, judgement: Judgement, stages_s: dict[str, float]) -> None:
        message = HandIn(judgement=judgement, stages_s=stages_s)
        self._retried("POST", f"/jobs/{job.job}/judgement", message, job)

    def hand_back(
        self, job: TakenJob, reason: str, *, final: bool = False, untried: bool = False
    ) -> None:
        message = HandBack(reason=reason, final=final, untried=untried)
        self._retried("POST", f"/jobs/{job.job}/fault", message, job)

    def _post(self, path: str, message: Message) -> None:
        self._send("POST", path, message, {})

    def _retried(
        self, method: str, path: str, message: Message | None, job: TakenJob
    ) -> httpx.Response:
        """Try again while the server can't be reached: it may be restarting."""
        for attempt in range(ATTEMPTS):
            try:
                return self._send(method, path, message, _token(job))
            except (LeaseLost, Outdated):
                raise
            except LinkFault:
                if attempt == ATTEMPTS - 1:
                    raise
                time.sleep(BACKOFF_S * 2**attempt)
        raise AssertionError("unreachable")

    def _send(
        self, method: str, path: str, message: Message | None, headers: dict[str, str]
    ) -> httpx.Response:
        body: dict[str, Any] = {}
        headers = {**headers, "Authorization": f"Bearer {self._token()}"}
        if message is not None:
            body["content"] = message.model_dump_json()
            headers = {**headers, "Content-Type": "application/json"}
        try:
            answer = self._client.request(method, path, headers=headers, **body)
        except httpx.HTTPError as error:
            raise LinkFault(f"{self._client.base_url} can't be reached: {error!r}") from error
        if answer.status_code == HTTPStatus.CONFLICT:
            raise LeaseLost(f"{path}: the job is another's now")
        if answer.status_code == HTTPStatus.UPGRADE_REQUIRED:
            raise Outdated(str(answer.json().get("message", "")))
        if not answer.is_success:
            raise LinkFault(f"{method} {answer.url}: {answer.status_code} {answer.text[:300]}")
        return answer


def _token(job: TakenJob) -> dict[str, str]:
    return {JOB_TOKEN_HEADER: job.token}
