/* Days on a strip: from a place on the track to a day and back. Pure, days as 2026-03-05. */
const DAY = 86_400_000;

function number(day) {
  return Date.parse(`${day}T00:00:00Z`) / DAY;
}

function text(count) {
  return new Date(count * DAY).toISOString().slice(0, 10);
}

/* So many days later. */
export function later(day, count) {
  return text(number(day) + count);
}

/* From a first to a last day, both counted. */
export function length(first, last) {
  return number(last) - number(first) + 1;
}

/* The day under a place of the track, which is told as a share of its width. */
export function dayAt(share, from, to) {
  const days = length(from, to);
  return later(from, Math.min(days - 1, Math.max(0, Math.floor(share * days))));
}

/* Where a span lies on the track, as shares of its width. */
export function place(first, last, from, to) {
  const days = length(from, to);
  const start = Math.min(days, Math.max(0, number(first) - number(from)));
  const end = Math.min(days, Math.max(start, number(last) - number(from) + 1));
  return { start: start / days, width: (end - start) / days };
}

/* Two days in their order. */
export function span(one, other) {
  return one <= other ? [one, other] : [other, one];
}

/* The span with its last day moved, never before its first nor beyond a limit. */
export function stretched([first, last], count, limit) {
  const moved = later(last, count);
  return [first, moved < first ? first : moved > limit ? limit : moved];
}

/* The address of a plan with its days. */
export function planned(url, [first, last]) {
  const [path, query] = url.split("?");
  const asked = new URLSearchParams(query);
  asked.set("planned_from", first);
  asked.set("planned_to", last);
  return `${path}?${asked}`;
}

/* The days of a plan's address. */
export function daysOf(url) {
  const asked = new URLSearchParams(url.split("?")[1]);
  return [asked.get("planned_from"), asked.get("planned_to")];
}
