import assert from "node:assert/strict";
import { test } from "node:test";

import { amount, option } from "../../jiedui/web/static/web/js/chart-option.js";
import { size } from "../../jiedui/web/static/web/js/filedrop.js";

const colour = new Proxy({}, { get: (_none, name) => `colour of ${name}` });
const data = {
  kind: "stacked",
  unit: "例",
  categories: ["2025-01", "2025-02"],
  series: [
    { name: "do", tone: "do", values: [3, null] },
    { name: "teach", tone: "teach", values: [1, 2] },
    { name: "enable", tone: "enable", values: [0, 5] },
  ],
  limit: null,
  bands: [],
};

test("a number stands with thousands apart and a true minus", () => {
  assert.equal(amount(439300), "439,300");
  assert.equal(amount(-1.5), "−1.5");
  assert.equal(amount(null), "–");
});

test("a missing value stays missing and is never drawn as nought", () => {
  assert.deepEqual(option(data, colour, "x").series[0].data, [3, null]);
});

test("do is solid, teach hatched, enable dotted, each in its own hue", () => {
  const [done, taught, enabled] = option(data, colour, "x").series;
  assert.equal(done.itemStyle.color, "colour of do");
  assert.equal(done.itemStyle.decal.symbol, "none");
  assert.equal(taught.itemStyle.decal.symbol, "rect");
  assert.equal(enabled.itemStyle.decal.symbol, "circle");
});

test("teaching that local people lead has its hue, hatched the other way", () => {
  const two = [{ name: "a", tone: "teach", values: [1] }, { name: "b", tone: "teach-local", values: [1] }];
  const [together, local] = option({ ...data, series: two }, colour, "x").series;
  assert.equal(local.itemStyle.color, "colour of teach");
  assert.equal(local.itemStyle.decal.rotation, -together.itemStyle.decal.rotation);
});

test("lines differ by their marks, not by colour alone", () => {
  const lines = option({ ...data, kind: "line" }, colour, "x").series;
  assert.equal(new Set(lines.map((line) => line.symbol)).size, 3);
});

test("tips are text, for the page's policy allows no inline styles", () => {
  assert.equal(option(data, colour, "x").tooltip.renderMode, "richText");
});

test("a limit and a band are drawn once, with the first series", () => {
  const drawn = option({ ...data, kind: "line", limit: [4, "limit"], bands: [["2025-01", "2025-02", "stay"]] }, colour, "x");
  assert.equal(drawn.series[0].markLine.data[0].yAxis, 4);
  assert.equal(drawn.series[0].markArea.data[0][0].name, "stay");
  assert.equal(drawn.series[1].markLine, undefined);
});

test("a line that is marked has a mark at every value, and a limit its own colour", () => {
  const many = { ...data, kind: "line", categories: Array(90).fill("1"), limit: [4, "limit", "ink"], series: [{ name: "one", values: Array(90).fill(1), marked: true }, { name: "two", values: Array(90).fill(1) }] };
  const drawn = option(many, { ...colour, ink: "black" }, "x");
  assert.deepEqual(drawn.series.map((line) => [line.showSymbol, line.showAllSymbol]), [[true, true], [false, "auto"]]);
  assert.equal(drawn.series[0].markLine.data[0].lineStyle.color, "black");
});

test("a file's size is told as people say it", () => {
  assert.equal(size(512), "512 B");
  assert.equal(size(1536), "1.5 KB");
  assert.equal(size(50 * 1024 * 1024), "50 MB");
});
