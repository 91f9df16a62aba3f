/* Months on the timeline of a scenario. Pure: months are counted from 0, the first of the plan. */

/* The month under a place of the track, told as a share of its width. The chart is drawn by days:
   a month is as wide as it is long. */
export function monthAt(share, first, months) {
  const begin = Date.parse(`${first}T00:00:00Z`);
  const end = start(first, months);
  const day = new Date(begin + Math.min(Math.max(share, 0), 0.999999) * (end - begin));
  const [year, month] = first.split("-").map(Number);
  return (day.getUTCFullYear() - year) * 12 + day.getUTCMonth() + 1 - month;
}

/* The first moment of a month. */
export function start(first, count) {
  const [year, month] = first.split("-").map(Number);
  return Date.UTC(year, month - 1 + count, 1);
}

/* Where months lie on the track, as shares of its width. */
export function place(from, count, first, months) {
  const [begin, end] = [start(first, 0), start(first, months)];
  const left = start(first, Math.max(0, from));
  const right = start(first, Math.min(months, from + count));
  return { start: (left - begin) / (end - begin), width: (right - left) / (end - begin) };
}

/* The first month nearest to this one on which a tour may begin at such a post. */
export function snapped(month, step, length, months) {
  const last = Math.floor((months - length) / step) * step;
  return Math.min(Math.max(0, Math.round(month / step) * step), Math.max(0, last));
}

/* The allowed length nearest to this one; the shorter where two are as near. */
export function nearest(length, lengths) {
  return lengths.reduce((best, each) =>
    Math.abs(each - length) < Math.abs(best - length) ? each : best,
  );
}

/* The next allowed length in this direction, or the same where there is none. */
export function nextLength(length, lengths, by) {
  const sorted = [...lengths].sort((one, other) => one - other);
  const found = by > 0 ? sorted.find((each) => each > length)
    : sorted.reverse().find((each) => each < length);
  return found ?? length;
}

/* The address at which a move is looked at before it is made. */
export function asked(url, { post, start: month, months }) {
  const [path, query] = url.split("?");
  const said = new URLSearchParams(query);
  said.set("post", post);
  said.set("start", String(month));
  said.set("months", String(months));
  return `${path}?${said}`;
}

/* A month in figures, 2026-03. */
export function told(first, count) {
  return new Date(start(first, count)).toISOString().slice(0, 7);
}
