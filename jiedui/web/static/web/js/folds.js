/* On a narrow screen the filters of a list are folded until they are asked for, on a wide one the
   table beside a drawing; without this script all stand open. */
export function folds(page) {
  const side = matchMedia("(max-width: 40rem)").matches ? "narrow" : "wide";
  for (const fold of page.querySelectorAll(`[data-fold-when-${side}]`)) fold.open = false;
}
