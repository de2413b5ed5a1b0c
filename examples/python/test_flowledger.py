"""The checks of flowledger.py, against a real server: FLOWLEDGER_URL and FLOWLEDGER_KEY say which.

The server has a price book and two articles in its style memory. `npm test` starts one like that and
runs these checks with `python3 -m unittest` in this folder.
"""

import http.client
import os
import re
import threading
import unittest
import uuid
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit

from flowledger import FlowledgerProblem, FlowledgerUnreachable, ROITracker, StyleMemoryTool

URL = os.environ["FLOWLEDGER_URL"]
KEY = os.environ["FLOWLEDGER_KEY"]


class Troubled:
    """A way to the server on which requests meet the given faults, one each, before all goes well."""

    def __init__(self, *faults):
        self.faults = list(faults)
        self.seen = []
        troubled = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):
                fault = troubled.faults.pop(0) if troubled.faults else None
                body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
                troubled.seen.append(self.headers.get("Idempotency-Key"))
                if fault == "busy":
                    return self.answer(503, b'{"code": "unavailable", "detail": "busy"}', "0")
                if fault == "cut":  # the server goes away while it says no
                    self.send_response(503)
                    self.send_header("Content-Length", "100")
                    self.end_headers()
                    self.wfile.write(b'{"code": ')
                    self.close_connection = True
                    return None
                if fault == "limited":
                    return self.answer(429, b'{"code": "too-many-requests"}', "0")
                if fault == "shut":  # by a proxy, which tells until when
                    date = "Thu, 01 Jan 2099 00:00:00 GMT"
                    return self.answer(503, b"", date)
                to = http.client.HTTPConnection(urlsplit(URL).netloc)
                to.request(self.command, self.path, body or None, dict(self.headers))
                answer = to.getresponse()
                text = answer.read()
                if fault == "lost":  # the server has recorded it, and nobody is told
                    self.close_connection = True
                    return None
                return self.answer(answer.status, text)

            do_GET = do_POST

            def answer(self, status, text, retry_after=None):
                self.send_response(status)
                self.send_header("Content-Length", str(len(text)))
                if retry_after is not None:
                    self.send_header("Retry-After", retry_after)
                self.end_headers()
                self.wfile.write(text)

            def log_message(self, *_):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}"

    def __enter__(self):
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_):
        self.server.shutdown()
        self.server.server_close()


def an_agent():
    """An agent that nobody else is."""
    return f"agent{uuid.uuid4().hex[:12]}"


class ROITrackerChecks(unittest.TestCase):
    def setUp(self):
        self.tracker = ROITracker(URL, KEY)
        self.agent = an_agent()

    def log(self, execution_id, model="gpt-4o", **more):
        return self.tracker.log_llm_call(execution_id, model, 1000, 500, **more)

    def test_01_an_execution_gets_an_id_with_its_agent_and_time(self):
        execution_id = self.tracker.start_execution(self.agent)
        self.assertRegex(execution_id, re.escape(self.agent) + r"_\d{8}_\d{6}_[0-9a-f]{8}$")

    def test_02_two_executions_of_one_second_are_two(self):
        ids = {self.tracker.start_execution(self.agent) for _ in range(5)}
        self.assertEqual(len(ids), 5)

    def test_03_an_execution_keeps_the_id_it_is_given_and_is_refused_twice(self):
        given = f"{self.agent}-1"
        self.assertEqual(self.tracker.start_execution(self.agent, given), given)
        with self.assertRaises(FlowledgerProblem) as refused:
            self.tracker.start_execution(self.agent, given)
        self.assertEqual((refused.exception.status, refused.exception.code),
                         (409, "execution-already-started"))

    def test_04_a_call_is_priced_by_the_price_book(self):
        call = self.log(self.tracker.start_execution(self.agent))
        self.assertEqual((call["total_tokens"], call["cost_usd"]), (1500, 0.0075))

    def test_05_a_reported_cost_is_the_cost(self):
        call = self.log(self.tracker.start_execution(self.agent), cost_usd=0.25)
        self.assertEqual(call["cost_usd"], 0.25)

    def test_06_an_unknown_model_has_no_cost_and_is_counted_as_unpriced(self):
        execution_id = self.tracker.start_execution(self.agent)
        self.assertIsNone(self.log(execution_id, "no-such-model")["cost_usd"])
        totals = self.tracker.end_execution(execution_id)
        self.assertEqual((totals["calls"], totals["unpriced_calls"]), (1, 1))
        self.assertEqual(totals["total_cost_usd"], 0)

    def test_07_a_call_is_of_the_agent_that_started_unless_it_says_whose(self):
        execution_id = self.tracker.start_execution(self.agent)
        self.assertEqual(self.log(execution_id)["agent"], self.agent)
        self.assertEqual(self.log(execution_id, agent="editor")["agent"], "editor")
        self.assertEqual(ROITracker(URL, KEY).log_llm_call(execution_id, "gpt-4o", 1, 1)["agent"],
                         self.agent)

    def test_08_a_call_of_an_unknown_execution_is_refused(self):
        with self.assertRaises(FlowledgerProblem) as refused:
            self.log(f"{self.agent}-never-started", agent=self.agent)
        self.assertEqual((refused.exception.status, refused.exception.code),
                         (404, "stream-unknown"))

    def test_09_bad_input_is_told_by_field(self):
        execution_id = self.tracker.start_execution(self.agent)
        with self.assertRaises(FlowledgerProblem) as refused:
            self.tracker.log_llm_call(execution_id, "", 10, 10, duration_seconds=-1)
        self.assertEqual(refused.exception.status, 400)
        self.assertEqual(set(refused.exception.fields), {"model", "durationSeconds"})

    def test_10_the_end_tells_the_totals(self):
        execution_id = self.tracker.start_execution(self.agent)
        for _ in range(3):
            self.log(execution_id)
        totals = self.tracker.end_execution(execution_id)
        self.assertEqual(totals["status"], "completed")
        self.assertEqual((totals["execution_id"], totals["agent"]), (execution_id, self.agent))
        self.assertEqual((totals["calls"], totals["total_input_tokens"],
                          totals["total_output_tokens"], totals["total_tokens"]),
                         (3, 3000, 1500, 4500))
        self.assertEqual(totals["total_cost_usd"], 0.0225)
        self.assertLess(totals["start_time"], totals["end_time"])

    def test_11_the_hours_of_people_stand_against_the_cost(self):
        execution_id = self.tracker.start_execution("research_agent")
        self.log(execution_id)
        totals = self.tracker.end_execution(execution_id)
        self.assertEqual((totals["human_hours_equivalent"], totals["human_cost_equivalent"]),
                         (2, 150))
        self.assertAlmostEqual(totals["roi_multiplier"], 150 / 0.0075)

    def test_12_ending_twice_ends_once(self):
        execution_id = self.tracker.start_execution(self.agent)
        self.log(execution_id)
        first = self.tracker.end_execution(execution_id)
        self.assertEqual(self.tracker.end_execution(execution_id), first)
        self.assertEqual(self.tracker.end_execution(execution_id, error="too late"), first)

    def test_13_an_execution_that_fails_earns_nothing(self):
        execution_id = self.tracker.start_execution(self.agent)
        self.log(execution_id)
        trace = "a line of a traceback \U0001f600\n" * 200  # longer than a reason may be
        totals = self.tracker.end_execution(execution_id, error=trace + "the model was away")
        self.assertEqual((totals["status"], totals["total_cost_usd"]), ("failed", 0.0075))
        self.assertEqual((totals["human_hours_equivalent"], totals["roi_multiplier"]), (0, 0))

    def test_14_a_summary_adds_up_what_an_agent_did_by_whatever_tracker(self):
        for tracker in (self.tracker, ROITracker(URL, KEY)):
            execution_id = tracker.start_execution(self.agent)
            for _ in range(2):
                tracker.log_llm_call(execution_id, "gpt-4o", 1000, 500)
            tracker.end_execution(execution_id)
            self.tracker._server.position = tracker._server.position
        summary = self.tracker.get_agent_summary(self.agent)
        self.assertEqual((summary["calls"], summary["total_tokens"]), (4, 6000))
        self.assertEqual(summary["total_cost_usd"], 0.03)
        self.assertEqual(summary["human_hours_equivalent"], 2)
        self.assertAlmostEqual(summary["roi_multiplier"], 150 / 0.03)

    def test_15_the_multiplier_is_one_of_sums_and_no_mean_of_ratios(self):
        for cost in (0.01, 1.0):
            execution_id = self.tracker.start_execution(self.agent)
            self.log(execution_id, cost_usd=cost)
            self.tracker.end_execution(execution_id)
        summary = self.tracker.get_agent_summary(self.agent)
        self.assertAlmostEqual(summary["roi_multiplier"], 150 / 1.01, places=6)

    def test_16_a_summary_of_all_names_each_agent_and_an_unknown_one_has_done_nothing(self):
        self.log(self.tracker.start_execution(self.agent))
        self.assertEqual(self.tracker.get_agent_summary()[self.agent]["calls"], 1)
        nobody = self.tracker.get_agent_summary(an_agent())
        self.assertEqual((nobody["calls"], nobody["total_cost_usd"], nobody["roi_multiplier"]),
                         (0, 0, None))

    def test_17_a_call_is_recorded_once_however_often_it_is_sent(self):
        with Troubled("lost", "busy", "cut", "limited") as way:
            execution_id = self.tracker.start_execution(self.agent)
            call = ROITracker(way.url, KEY).log_llm_call(
                execution_id, "gpt-4o", 1000, 500, agent=self.agent)
        self.assertEqual(len(way.seen), 5)
        self.assertEqual(len(set(way.seen)), 1)
        self.assertTrue(call["duplicate"])
        self.assertEqual(call["cost_usd"], 0.0075)
        self.assertEqual(self.tracker.end_execution(execution_id)["calls"], 1)

    def test_18_a_call_with_an_id_of_its_own_is_logged_once(self):
        execution_id = self.tracker.start_execution(self.agent)
        first, second = (self.log(execution_id, call_id=f"{execution_id}-7") for _ in range(2))
        self.assertEqual((first["duplicate"], second["duplicate"]), (False, True))
        self.assertEqual(self.tracker.end_execution(execution_id)["calls"], 1)

    def test_19_no_answer_no_key_and_no_time_left_are_told_in_words(self):
        with self.assertRaisesRegex(FlowledgerUnreachable, "http://127.0.0.1:9 does not answer"):
            ROITracker("http://127.0.0.1:9", KEY, patience=0).start_execution(self.agent)
        with self.assertRaises(FlowledgerProblem) as refused:
            ROITracker(URL, "a-key-that-nobody-has").start_execution(self.agent)
        self.assertEqual(refused.exception.status, 401)
        with Troubled("shut") as way, self.assertRaises(FlowledgerProblem) as refused:
            ROITracker(way.url, KEY).start_execution(self.agent)
        self.assertEqual((refused.exception.status, len(way.seen)), (503, 1))


class StyleMemoryToolChecks(unittest.TestCase):
    def setUp(self):
        self.memory = StyleMemoryTool(URL, KEY)

    def test_20_a_question_finds_the_paragraph_that_answers_it(self):
        [best, *_] = self.memory.query("British spelling: organisation, colour, behaviour")
        self.assertEqual((best["source"], best["paragraph"]), ("house-style.md", 1))
        self.assertRegex(best["text"], "^We use British spelling")
        self.assertTrue(best["paragraph_id"])

    def test_21_results_are_the_best_first_as_many_as_asked_for_and_above_the_score(self):
        text = "a ledger keeps each sale where a dashboard keeps only the sum"
        results = self.memory.query(text, n_results=2, min_score=0)
        self.assertEqual(len(results), 2)
        self.assertGreaterEqual(results[0]["score"], results[1]["score"])
        limit = results[0]["score"]
        self.assertEqual([found["score"] >= limit for found in
                          self.memory.query(text, n_results=5, min_score=limit)], [True])

    def test_22_what_is_unlike_everything_finds_nothing_and_bad_input_is_told(self):
        self.assertEqual(self.memory.query("quarterly tractor maintenance", min_score=0.95), [])
        with self.assertRaises(FlowledgerProblem) as refused:
            self.memory.query("anything", n_results=0, min_score=2)
        self.assertEqual(set(refused.exception.fields), {"nResults", "minScore"})

    def test_23_a_question_is_counted_once_however_often_it_is_asked(self):
        self.memory.query("what the checks before this one asked is counted once this is")
        before = self.memory.get_stats()
        self.assertEqual((before["articles"], before["paragraphs"] > 4), (2, True))
        with Troubled("lost", "busy", "limited") as way:
            found = StyleMemoryTool(way.url, KEY).query("an opening names one person")
        self.assertEqual((len(way.seen), len(set(way.seen)), len(found) > 0), (4, 1, True))
        self.memory.query("and what the troubled way asked, once this is")
        after = self.memory.get_stats()
        self.assertEqual(after["queries"] - before["queries"], 2)
        self.assertLessEqual(after["hit_rate"], 1)


if __name__ == "__main__":
    unittest.main()
