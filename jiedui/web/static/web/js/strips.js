/* Presence strips, where JavaScript runs:
   - a drag over a gap, or over the days after somebody leaves, chooses the days of a successor
     and opens the form with them; a plain click opens it for the whole gap, as without this
   - arrow keys go from mark to mark; on a gap Shift with left or right moves the end of the
     plan by a week, Enter opens the form */
import { dayAt, daysOf, later, place, planned, span, stretched } from "./strip-dates.js";

const SVG = "http://www.w3.org/2000/svg";
const NEAR = 4;

function share(track, event) {
  const box = track.getBoundingClientRect();
  return (event.clientX - box.left) / box.width;
}

function show(track, [first, last], { from, to }) {
  const at = place(first, last, from, to);
  let choice = track.querySelector(".strip-choice");
  if (!choice) {
    choice = document.createElementNS(SVG, "rect");
    choice.setAttribute("class", "strip-choice");
    choice.setAttribute("y", "1");
    track.append(choice);
  }
  choice.setAttribute("height", String(track.clientHeight - 2));
  choice.setAttribute("x", `${100 * at.start}%`);
  choice.setAttribute("width", `${100 * at.width}%`);
}

function hide(track) {
  track.querySelector(".strip-choice")?.remove();
}

/* From which day a drag may begin: in a gap anywhere, at somebody's end on the day after. */
function beginning(event, track, days) {
  const link = event.target.closest("a.strip-link");
  if (!link) return null;
  if (link.dataset.kind === "gap") {
    // What is past cannot be planned: the gap's own plan begins today at the earliest.
    const [first] = daysOf(link.getAttribute("href"));
    const day = dayAt(share(track, event), days.from, days.to);
    return day < first ? first : day;
  }
  const edge = link.getBoundingClientRect().right;
  const after = later(link.dataset.last, 1);
  return Math.abs(event.clientX - edge) <= 2 * NEAR && after >= days.today ? after : null;
}

function drags(track, days) {
  let began = null;
  let startX = 0;
  let chosen = null;
  track.addEventListener("pointerdown", (event) => {
    if (event.button !== 0) return;
    began = beginning(event, track, days);
    startX = event.clientX;
  });
  track.addEventListener("pointermove", (event) => {
    if (began === null || (!chosen && Math.abs(event.clientX - startX) < NEAR)) return;
    if (!chosen) track.setPointerCapture(event.pointerId);
    chosen = span(began, dayAt(share(track, event), days.from, days.to));
    show(track, chosen, days);
  });
  track.addEventListener("pointerup", () => {
    if (chosen) location.assign(planned(track.dataset.plan, chosen));
    began = null;
  });
  track.addEventListener("pointercancel", () => {
    began = chosen = null;
    hide(track);
  });
  // A drag ends on a link; only a plain click follows it.
  track.addEventListener("click", (event) => {
    if (chosen) event.preventDefault();
    chosen = null;
  });
  track.addEventListener("dragstart", (event) => event.preventDefault());
}

function beside(rows, link, key) {
  const row = rows.findIndex((each) => each.includes(link));
  const at = rows[row].indexOf(link);
  if (key === "ArrowLeft") return rows[row][at - 1];
  if (key === "ArrowRight") return rows[row][at + 1];
  const step = key === "ArrowUp" ? -1 : 1;
  const middle = (each) => each.getBoundingClientRect().left;
  const next = rows[row + step];
  return next?.reduce((best, each) =>
    Math.abs(middle(each) - middle(link)) < Math.abs(middle(best) - middle(link)) ? each : best,
  );
}

function keys(chart, days) {
  const said = chart.querySelector("[data-strips-said]");
  chart.addEventListener("keydown", (event) => {
    const link = event.target.closest?.("a.strip-link");
    if (!link || !event.key.startsWith("Arrow")) return;
    const track = link.closest(".strip-track");
    if (event.shiftKey) {
      if (link.dataset.kind !== "gap" || !track.dataset.plan) return;
      const count = { ArrowLeft: -7, ArrowRight: 7 }[event.key];
      if (!count) return;
      const plan = stretched(daysOf(link.getAttribute("href")), count, days.to);
      link.setAttribute("href", planned(track.dataset.plan, plan));
      show(track, plan, days);
      said.textContent = `${plan[0]} – ${plan[1]}`;
    } else {
      const rows = [...chart.querySelectorAll(".strip-track")]
        .map((each) => [...each.querySelectorAll("a.strip-link")])
        .filter((each) => each.length);
      beside(rows, link, event.key)?.focus();
    }
    event.preventDefault();
  });
  chart.addEventListener("focusout", (event) => {
    const track = event.target.closest?.(".strip-track");
    if (track) hide(track);
  });
}

export function strips(page) {
  for (const chart of page.querySelectorAll("[data-strips]")) {
    const days = chart.dataset;
    keys(chart, days);
    for (const track of chart.querySelectorAll(".strip-track[data-plan]")) drags(track, days);
  }
}
