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
  const paint = () => chart.setOption(option(data, tokens(), font, plot.clientWidth), true);
  paint();
  drawn.set(frame, paint);
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
  for (const paint of drawn.values()) paint();
});
