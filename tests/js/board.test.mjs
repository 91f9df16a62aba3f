import assert from "node:assert/strict";
import { test } from "node:test";

import {
  asked, monthAt, nearest, nextLength, place, snapped, told,
} from "../../jiedui/planning/static/planning/js/board-months.js";

const first = "2026-03-01";

test("a place on the track is a month, and never one outside", () => {
  assert.equal(monthAt(0, first, 24), 0);
  assert.equal(monthAt(1, first, 24), 23);
  assert.equal(monthAt(-0.5, first, 24), 0);
  assert.equal(monthAt(1.5, first, 24), 23);
});

test("a month and its place are each other's reverse, leap years included", () => {
  for (const begin of [first, "2027-11-01", "2028-02-01"]) {
    for (let month = 0; month < 36; month += 1) {
      const at = place(month, 1, begin, 36);
      assert.equal(monthAt(at.start + at.width / 2, begin, 36), month);
    }
  }
});

test("a tour begins on a step and ends within the plan", () => {
  assert.equal(snapped(4, 3, 6, 24), 3);
  assert.equal(snapped(5, 3, 6, 24), 6);
  assert.equal(snapped(23, 3, 6, 24), 18);
  assert.equal(snapped(-4, 3, 6, 24), 0);
  assert.equal(snapped(7, 1, 2, 8), 6);
  assert.equal(snapped(5, 3, 30, 24), 0);
});

test("a length is one of those allowed", () => {
  assert.equal(nearest(5, [3, 6, 12]), 6);
  assert.equal(nearest(9, [6, 12]), 6);
  assert.equal(nearest(40, [6, 12]), 12);
  assert.equal(nextLength(6, [12, 3, 6], 1), 12);
  assert.equal(nextLength(6, [12, 3, 6], -1), 3);
  assert.equal(nextLength(12, [12, 3, 6], 1), 12);
  assert.equal(nextLength(3, [12, 3, 6], -1), 3);
});

test("what is asked keeps the rest of the address", () => {
  const url = asked("/planning/tours/1/?from=2", { post: "a", start: 3, months: 6 });
  assert.equal(url, "/planning/tours/1/?from=2&post=a&start=3&months=6");
  assert.equal(told(first, 0), "2026-03");
  assert.equal(told(first, 11), "2027-02");
});
