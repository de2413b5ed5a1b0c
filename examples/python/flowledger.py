"""The pipeline's ROI tracker and style memory, kept by a Flowledger server.

The names are those of the pipeline, so that it moves over by changing an import:

    from flowledger import ROITracker, StyleMemoryTool

Nothing but Python's standard library is needed. The server and the key come from the arguments, else
from FLOWLEDGER_URL and FLOWLEDGER_KEY.
"""

from __future__ import annotations

import json
import math
import os
import random
import threading
import time
import uuid
from datetime import datetime, timezone
from email.utils import parsedate_to_datetime
from http.client import HTTPException
from typing import Any
from urllib.error import HTTPError
from urllib.parse import quote, urlencode
from urllib.request import Request, urlopen

__all__ = ["FlowledgerProblem", "FlowledgerUnreachable", "ROITracker", "StyleMemoryTool"]

NANO = 1_000_000_000
TEMPORARY = (429, 502, 503, 504)
ID_CHARACTERS = 128


def _end_of(text: str, most: int = 2_000) -> str:
    """As much of the end of a text as a reason may have, which is counted as JavaScript does."""
    return text.encode("utf-16-le", "replace")[-2 * most:].decode("utf-16-le", "ignore")


class FlowledgerProblem(Exception):
    """The server's no: `status`, `code` (for programs), `detail` (for people), `fields`."""

    def __init__(self, status: int, body: dict[str, Any], retry_after: float | None = None):
        self.status = status
        self.code = body.get("code", "unexpected")
        self.detail = body.get("detail", "no explanation was given")
        self.fields = {fault["path"]: fault["message"] for fault in body.get("errors", [])}
        self.retry_after = retry_after
        super().__init__(f"{self.detail} ({status} {self.code})")


class FlowledgerUnreachable(Exception):
    """No answer came: what was sent may be recorded or not."""


def _retry_after(text: str | None) -> float | None:
    """The seconds of `Retry-After`, which a proxy may tell as a date; None where there are none."""
    try:
        seconds = float(text or "")
    except ValueError:
        try:
            moment = parsedate_to_datetime(text or "")
        except (TypeError, ValueError):
            return None
        seconds = (moment.astimezone(timezone.utc) - datetime.now(timezone.utc)).total_seconds()
    return max(0.0, seconds) if math.isfinite(seconds) else None


def _problem_of(error: HTTPError) -> FlowledgerProblem:
    try:
        with error:
            body = json.loads(error.read())
    except (OSError, HTTPException, ValueError):  # it broke off: the status says enough
        body = {}
    retry_after = _retry_after(error.headers.get("Retry-After"))
    return FlowledgerProblem(error.code, body if isinstance(body, dict) else {}, retry_after)


class _Server:
    """Requests to one server with one key, tried again while it is busy or away."""

    def __init__(self, url: str | None, key: str | None, timeout: float, patience: float):
        self.url = (url or os.environ.get("FLOWLEDGER_URL") or "http://127.0.0.1:3000").rstrip("/")
        self.key = key or os.environ.get("FLOWLEDGER_KEY")
        if not self.key:
            raise ValueError("key: give one, or set FLOWLEDGER_KEY (it is in keys.json)")
        self.timeout = timeout
        self.patience = patience
        self.position: str | None = None
        self._noting = threading.Lock()

    def command(self, name: str, fields: dict[str, Any], key: str | None = None) -> dict[str, Any]:
        """Issues a command under one idempotency key, whatever number of attempts it takes."""
        return self.post(f"/v1/commands/{name}", fields, key)

    def post(self, path: str, fields: dict[str, Any], key: str | None = None) -> dict[str, Any]:
        """Posts what is recorded once, by its key, whatever number of attempts it takes."""
        answer = self._patiently(path, fields, {"Idempotency-Key": key or str(uuid.uuid4())})
        self._note(answer["position"])
        return answer

    def read(self, path: str, **query: str | None) -> dict[str, Any]:
        """Reads what is at `path`; a parameter that is None is left out."""
        return self._patiently(f"{path}?{urlencode(_given(**query))}", None, {})

    def _note(self, position: str) -> None:
        with self._noting:  # of two threads the one that comes last may have the earlier position
            if self.position is None or int(position) > int(self.position):
                self.position = position

    def _patiently(self, path: str, fields: dict[str, Any] | None,
                   headers: dict[str, str]) -> dict[str, Any]:
        ends = time.monotonic() + self.patience
        pause = 0.1
        while True:
            wait = pause * random.uniform(0.5, 1)
            try:
                return self._attempt(path, fields, headers)
            except FlowledgerProblem as problem:
                wait = max(problem.retry_after or 0, wait)
                if problem.status not in TEMPORARY or time.monotonic() + wait > ends:
                    raise
            except FlowledgerUnreachable:
                if time.monotonic() + wait > ends:
                    raise
            time.sleep(wait)
            pause = min(5.0, pause * 2)

    def _attempt(self, path: str, fields: dict[str, Any] | None,
                 headers: dict[str, str]) -> dict[str, Any]:
        headers = {"Authorization": f"Bearer {self.key}", "Accept": "application/json", **headers}
        body = None
        if fields is not None:
            headers["Content-Type"] = "application/json"
            body = json.dumps(fields).encode()
        request = Request(f"{self.url}{path}", data=body, headers=headers)
        try:
            with urlopen(request, timeout=self.timeout) as answer:
                return json.load(answer)
        except HTTPError as error:
            raise _problem_of(error) from None
        except (OSError, HTTPException, ValueError) as error:
            message = f"the server at {self.url} does not answer: {error}"
            raise FlowledgerUnreachable(message) from error


def _given(**fields: Any) -> dict[str, Any]:
    return {name: value for name, value in fields.items() if value is not None}


def _dollars(nano_usd: str) -> float:
    return int(nano_usd) / NANO


class ROITracker:
    """What executions of agents cost, against what people would have cost.

    It keeps no totals of its own: every figure is read from the ledger, so that several processes
    that track count together, and one that is killed has lost nothing it was told of.
    """

    def __init__(self, url: str | None = None, key: str | None = None, *,
                 timeout: float = 30, patience: float = 60):
        self._server = _Server(url, key, timeout, patience)
        self._agents: dict[str, str] = {}

    def start_execution(self, agent: str, execution_id: str | None = None,
                        topic: str | None = None) -> str:
        """Starts an execution and returns its id: `<agent>_<date>_<time>_<random>` by default."""
        if execution_id is None:
            moment = datetime.now(timezone.utc).strftime("%Y%m%d_%H%M%S")
            execution_id = f"{agent}_{moment}_{uuid.uuid4().hex[:8]}"[-ID_CHARACTERS:]
        self._server.command("start-execution",
                             _given(executionId=execution_id, agent=agent, topic=topic))
        self._agents[execution_id] = agent
        return execution_id

    def log_llm_call(self, execution_id: str, model: str, input_tokens: int, output_tokens: int,
                     agent: str | None = None, duration_seconds: float = 0.0,
                     cost_usd: float | None = None, metadata: dict[str, Any] | None = None,
                     call_id: str | None = None) -> dict[str, Any]:
        """Records a model call and returns it with its cost; `None` where the model has no price.

        Without `agent` it is the agent that started the execution. With a `call_id` the call is
        recorded once, however often it is logged.
        """
        agent = agent or self._agents.get(execution_id) or self._execution(execution_id)["agent"]
        answer = self._server.command("record-llm-call", _given(
            executionId=execution_id, agent=agent or "unknown", model=model,
            inputTokens=input_tokens, outputTokens=output_tokens,
            durationSeconds=duration_seconds, costUsd=cost_usd, metadata=metadata,
        ), call_id)
        [cost] = [event["data"]["cost"] for event in answer["events"]
                  if event["type"] == "LlmCallRecorded"]
        return {
            "execution_id": execution_id,
            "agent": agent or "unknown",
            "model": model,
            "input_tokens": input_tokens,
            "output_tokens": output_tokens,
            "total_tokens": input_tokens + output_tokens,
            "cost_usd": _dollars(cost["nanoUsd"]) if "nanoUsd" in cost else None,
            "position": answer["position"],
            "duplicate": answer["duplicate"],
        }

    def end_execution(self, execution_id: str, error: str | None = None) -> dict[str, Any]:
        """Ends an execution, as failed where there is an `error`, and returns its totals.

        One that has ended stays as it ended, and its totals are returned again. Of a long error, such
        as a traceback, the end is kept.
        """
        name, reason = ("complete-execution", None) if error is None else (
            "fail-execution", _end_of(error))
        try:
            self._server.command(name, _given(executionId=execution_id, reason=reason))
        except FlowledgerProblem as problem:
            if problem.code != "execution-ended":
                raise
        self._agents.pop(execution_id, None)
        return self._totals(execution_id)

    def get_agent_summary(self, agent: str | None = None) -> dict[str, Any]:
        """Calls, tokens, cost, people's hours and multiplier of one agent, or of each by name."""
        rows = self._rows("roi-totals", groupBy="agent", agent=agent)
        summaries = {row["agent"]: self._summary(row) for row in rows}
        if agent is None:
            return summaries
        return summaries.get(agent) or self._summary(None)

    def _rows(self, projection: str, **query: Any) -> list[dict[str, Any]]:
        rows: list[dict[str, Any]] = []
        cursor = None
        while True:
            page = self._server.read(f"/v1/projections/{projection}", cursor=cursor,
                                     minPosition=self._server.position, **query)
            rows += page["rows"]
            cursor = page["next"]
            if cursor is None:
                return rows

    def _execution(self, execution_id: str) -> dict[str, Any]:
        path = f"/v1/projections/roi-executions/{quote(execution_id, safe='')}"
        return self._server.read(path, minPosition=self._server.position)["row"]

    def _totals(self, execution_id: str) -> dict[str, Any]:
        row = self._execution(execution_id)
        return {
            "execution_id": execution_id,
            "agent": row["agent"],
            "status": row["status"],
            "start_time": row["startedAt"],
            "end_time": row["endedAt"],
            **self._summary(row),
        }

    @staticmethod
    def _summary(row: dict[str, Any] | None) -> dict[str, Any]:
        row = row or {}
        tokens = {name: int(row.get(name, 0)) for name in ("inputTokens", "outputTokens")}
        return {
            "calls": int(row.get("calls", 0)),
            "unpriced_calls": int(row.get("unpricedCalls", 0)),
            "total_input_tokens": tokens["inputTokens"],
            "total_output_tokens": tokens["outputTokens"],
            "total_tokens": sum(tokens.values()),
            "total_cost_usd": _dollars(row.get("costNanoUsd", "0")),
            "human_hours_equivalent": row.get("humanHours", 0.0),
            "human_cost_equivalent": row.get("humanCostUsd", 0.0),
            "roi_multiplier": row.get("multiplier"),
        }


class StyleMemoryTool:
    """Paragraphs of the gold-standard articles that fit a text."""

    def __init__(self, url: str | None = None, key: str | None = None, *,
                 timeout: float = 30, patience: float = 60):
        self._server = _Server(url, key, timeout, patience)

    def query(self, text: str, n_results: int = 3, min_score: float = 0.7,
              execution_id: str | None = None, agent: str | None = None) -> list[dict[str, Any]]:
        """The best paragraphs, best first: `text`, `score`, `source`, `paragraph`, `paragraph_id`."""
        answer = self._server.post("/v1/style-memory/query", _given(
            text=text, nResults=n_results, minScore=min_score,
            executionId=execution_id, agent=agent,
        ))
        return [
            {
                **{name: result[name] for name in ("text", "score", "source", "paragraph")},
                "paragraph_id": result["paragraphId"],
            }
            for result in answer["results"]
        ]

    def get_stats(self) -> dict[str, Any]:
        """How much the memory holds and how it was asked, with all that was asked through this tool."""
        stats = self._server.read("/v1/style-memory/stats", minPosition=self._server.position)
        return {
            "articles": stats["articles"],
            "paragraphs": stats["paragraphs"],
            "queries": stats["queries"],
            "hit_rate": stats["hitRate"],
            "empty_rate": stats["emptyRate"],
            "model": stats["semantic"]["model"],
        }
