import assert from "node:assert/strict";
import { test } from "node:test";

import {
  dayAt, daysOf, later, length, place, planned, span, stretched,
} from "../../jiedui/web/static/web/js/strip-dates.js";

const [from, to] = ["2024-01-01", "2024-12-31"];

test("days are counted over month ends, leap days and changes of the clock", () => {
  assert.equal(later("2024-02-28", 1), "2024-02-29");
  assert.equal(later("2024-03-31", 1), "2024-04-01");
  assert.equal(later("2024-01-01", -1), "2023-12-31");
  assert.equal(length("2024-03-09", "2024-03-11"), 3);
  assert.equal(length(from, to), 366);
});

test("a place on the track is a day, and never one outside", () => {
  assert.equal(dayAt(0, from, to), from);
  assert.equal(dayAt(0.9999, from, to), to);
  assert.equal(dayAt(1, from, to), to);
  assert.equal(dayAt(1.4, from, to), to);
  assert.equal(dayAt(-0.2, from, to), from);
  assert.equal(dayAt(31.5 / 366, from, to), "2024-02-01");
});

test("a day and its place are each other's reverse", () => {
  for (let n = 0; n < 366; n += 1) {
    const day = later(from, n);
    const at = place(day, day, from, to);
    assert.equal(dayAt(at.start + at.width / 2, from, to), day);
  }
});

test("a span is cut at the ends of the track", () => {
  assert.deepEqual(place("2023-06-01", "2025-06-01", from, to), { start: 0, width: 1 });
  assert.deepEqual(place("2025-02-01", "2025-03-01", from, to), { start: 1, width: 0 });
});

test("a drag to the left is a span as well", () => {
  assert.deepEqual(span("2024-03-05", "2024-02-01"), ["2024-02-01", "2024-03-05"]);
  assert.deepEqual(span("2024-02-01", "2024-02-01"), ["2024-02-01", "2024-02-01"]);
});

test("a plan is stretched between its first day and the end of the track", () => {
  const plan = ["2024-12-10", "2024-12-20"];
  assert.deepEqual(stretched(plan, 7, to), ["2024-12-10", "2024-12-27"]);
  assert.deepEqual(stretched(plan, 14, to), ["2024-12-10", "2024-12-31"]);
  assert.deepEqual(stretched(plan, -14, to), ["2024-12-10", "2024-12-10"]);
});

test("the address keeps what it asked and gains the days", () => {
  assert.equal(
    planned("/programmes/p/new/?post=1&planned_from=2020-01-01", ["2024-03-01", "2024-05-31"]),
    "/programmes/p/new/?post=1&planned_from=2024-03-01&planned_to=2024-05-31",
  );
  assert.equal(planned("/plan/", ["2024-03-01", "2024-05-31"]), "/plan/?planned_from=2024-03-01&planned_to=2024-05-31");
});

test("the days of an address are those that were put into it", () => {
  const days = ["2024-03-01", "2024-05-31"];
  assert.deepEqual(daysOf(planned("/plan/?post=1", days)), days);
  assert.deepEqual(daysOf("/plan/"), [null, null]);
});
