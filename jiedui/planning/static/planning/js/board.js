/* The timeline of a scenario, where JavaScript runs; without it every bar leads to its page.
   - a click or Enter opens a tour beside the timeline: why it is here, move, pin, forbid
   - a drag moves a tour in time or to another post, a drag at its end makes it longer or shorter
   - with the keyboard: Space takes a tour up, arrows move it, Shift with left or right changes
     its length, Enter looks at the move, Escape puts it back
   A move is only asked for here: the server says whether a rule forbids it. */
import { asked, monthAt, nearest, nextLength, place, snapped, told } from "./board-months.js";

const SVG = "http://www.w3.org/2000/svg";
const NEAR = 4;
const EDGE = 10;

function open(url) {
  const dialog = document.getElementById("tour-dialog");
  const again = document.activeElement;
  window.htmx.ajax("GET", url, { target: "#tour-panel", swap: "innerHTML" }).then(() => {
    if (!dialog.open) dialog.showModal();
    dialog.addEventListener("close", () => again?.focus(), { once: true });
  });
}

function facts(track) {
  return {
    post: track.dataset.post,
    step: Number(track.dataset.step),
    lengths: track.dataset.lengths.split(" ").map(Number),
  };
}

function fitted(board, move) {
  const { step, lengths } = facts(move.track);
  const months = nearest(move.months, lengths);
  const start = snapped(move.start, step, months, Number(board.dataset.months));
  return { ...move, months, start };
}

function clear(board) {
  for (const each of board.querySelectorAll(".strip-choice")) each.remove();
}

function show(board, move) {
  clear(board);
  const at = place(move.start, move.months, board.dataset.first, Number(board.dataset.months));
  const box = document.createElementNS(SVG, "rect");
  box.setAttribute("class", "strip-choice");
  box.setAttribute("y", "1");
  box.setAttribute("height", String(move.track.clientHeight - 2));
  box.setAttribute("x", `${100 * at.start}%`);
  box.setAttribute("width", `${100 * at.width}%`);
  move.track.append(box);
}

function say(board, move) {
  const first = board.dataset.first;
  const from = told(first, move.start);
  const to = told(first, move.start + move.months - 1);
  const where = move.track.getAttribute("aria-label");
  board.querySelector("[data-strips-said]").textContent = `${where} · ${from} – ${to}`;
}

function beginning(link) {
  return {
    track: link.closest(".strip-track"),
    start: Number(link.dataset.start),
    months: Number(link.dataset.months),
  };
}

function look(link, move) {
  open(asked(link.getAttribute("href"), { ...move, post: facts(move.track).post }));
}

function drags(board) {
  let drag = null;
  const months = Number(board.dataset.months);
  const month = (track, event) => {
    const box = track.getBoundingClientRect();
    return monthAt((event.clientX - box.left) / box.width, board.dataset.first, months);
  };
  board.addEventListener("pointerdown", (event) => {
    const link = event.target.closest("a.strip-link[data-tour]");
    if (!link || event.button !== 0 || !("movable" in board.dataset)) return;
    const was = beginning(link);
    drag = {
      link, was, move: null, x: event.clientX, y: event.clientY,
      longer: link.getBoundingClientRect().right - event.clientX < EDGE,
      offset: month(was.track, event) - was.start,
    };
  });
  board.addEventListener("pointermove", (event) => {
    if (!drag) return;
    const far = Math.hypot(event.clientX - drag.x, event.clientY - drag.y);
    if (!drag.move && far < NEAR) return;
    if (!drag.move) board.setPointerCapture(event.pointerId);
    const under = document.elementFromPoint(event.clientX, event.clientY);
    const track = drag.longer ? drag.was.track
      : under?.closest(".strip-track[data-post]") ?? drag.move?.track ?? drag.was.track;
    const here = month(track, event);
    drag.move = fitted(board, drag.longer
      ? { track, start: drag.was.start, months: Math.max(1, here - drag.was.start + 1) }
      : { track, start: here - drag.offset, months: drag.was.months });
    show(board, drag.move);
  });
  board.addEventListener("pointerup", () => {
    if (drag?.move) look(drag.link, drag.move);
    clear(board);
    // The click that follows a drag opens nothing more.
    setTimeout(() => { drag = null; });
  });
  board.addEventListener("pointercancel", () => {
    drag = null;
    clear(board);
  });
  board.addEventListener("dragstart", (event) => event.preventDefault());
  board.addEventListener("click", (event) => {
    const link = event.target.closest("a.strip-link[data-tour]");
    if (drag?.move) event.preventDefault();
    else if (link && !(event.ctrlKey || event.metaKey || event.shiftKey)) {
      event.preventDefault();
      open(link.getAttribute("href"));
    }
  });
}

function stepped(board, move, event) {
  const { step, lengths } = facts(move.track);
  const side = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
  if (side && event.shiftKey) {
    return fitted(board, { ...move, months: nextLength(move.months, lengths, side) });
  }
  if (side) return fitted(board, { ...move, start: move.start + side * step });
  const tracks = [...board.querySelectorAll(".strip-track[data-post]")];
  const next = tracks[tracks.indexOf(move.track) + (event.key === "ArrowUp" ? -1 : 1)];
  return next ? fitted(board, { ...move, track: next }) : move;
}

function keys(board) {
  let held = null;
  const drop = () => {
    held?.link.classList.remove("strip-held");
    held = null;
    clear(board);
  };
  // Before the strips' own keys, which go from mark to mark.
  board.addEventListener("keydown", (event) => {
    const link = event.target.closest?.("a.strip-link[data-tour]");
    if (!link) return;
    if (!held && event.key === " " && "movable" in board.dataset) {
      held = { link, move: beginning(link) };
      link.classList.add("strip-held");
    } else if (held && event.key === "Escape") {
      drop();
    } else if (held && (event.key === "Enter" || event.key === " ")) {
      look(link, held.move);
      drop();
    } else if (held && event.key.startsWith("Arrow")) {
      held.move = stepped(board, held.move, event);
    } else return;
    event.preventDefault();
    event.stopPropagation();
    if (held) {
      show(board, held.move);
      say(board, held.move);
      held.move.track.scrollIntoView({ block: "nearest" });
    }
  }, true);
  board.addEventListener("focusout", drop);
}

for (const board of document.querySelectorAll("[data-board]")) {
  drags(board);
  keys(board);
}
