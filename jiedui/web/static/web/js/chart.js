/* Draws every chart of the page from the JSON beside it, when it comes into view.
   The table beneath holds the same numbers; without this script it is all there is.
   Canvas and rich-text tips: the policy of the page allows no inline styles. */
import { option } from "./chart-option.js";

const drawn = new Map();

function tokens() {
  const style = getComputedStyle(document.documentElement);
  return new Proxy({}, { get: (_none, name) => style.getPropertyValue(`--${name}`).trim() });
}

async function draw(frame) {
  const plot = frame.querySelector("[data-chart-plot]");
  const data = JSON.parse(frame.querySelector('script[type="application/json"]').textContent);
  if (!window.echarts) await import("../vendor/echarts.min.js");
  plot.hidden = false;
  const font = getComputedStyle(document.body).fontFamily;
  const chart = window.echarts.init(plot, null, { renderer: "canvas" });
  const paint = (width = plot.clientWidth) => chart.setOption(option(data, tokens(), font, width), true);
  paint();
  drawn.set(frame, { chart, plot, paint });
  new ResizeObserver(() => {
    chart.resize();
    paint();
  }).observe(plot);
}

const seen = new IntersectionObserver((entries) => {
  for (const entry of entries) {
    if (!entry.isIntersecting) continue;
    seen.unobserve(entry.target);
    draw(entry.target);
  }
}, { rootMargin: "200px" });

const watch = (root) => {
  for (const frame of root.querySelectorAll("[data-chart]")) {
    if (frame.dataset.watched) continue;
    frame.dataset.watched = "1";
    seen.observe(frame);
  }
};

watch(document);
document.body.addEventListener("htmx:afterSettle", () => watch(document));
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => {
  for (const { paint } of drawn.values()) paint();
});

/* On paper: in the light theme, as wide as its place in the column is on a sheet of A4. The style
   sheet fits what was drawn to other paper. Nothing is laid out or painted anew while printing,
   so that all of it is done just before. */
const COLUMN = 690;
const root = document.documentElement;
let theme;

addEventListener("beforeprint", () => {
  for (const frame of document.querySelectorAll("[data-chart]")) {
    if (window.echarts && !drawn.has(frame)) draw(frame);
  }
  theme = root.dataset.theme;
  root.dataset.theme = "light";
  const main = document.querySelector("main")?.clientWidth || COLUMN;
  for (const { chart, plot, paint } of drawn.values()) {
    const width = Math.round(Math.min(1, plot.clientWidth / main) * COLUMN);
    chart.resize({ width, height: Math.round(Math.min(plot.clientHeight, 0.6 * width)) });
    paint(width);
    chart.getZr().flush();
  }
});

addEventListener("afterprint", () => {
  root.dataset.theme = theme;
  for (const { chart, paint } of drawn.values()) {
    chart.resize({ width: "auto", height: "auto" });
    paint();
  }
});
