/* On a narrow screen the filters of a list are folded until they are asked for;
   without this script they stand open. */
export function folds(page) {
  if (!matchMedia("(max-width: 40rem)").matches) return;
  for (const fold of page.querySelectorAll("[data-fold-when-narrow]")) fold.open = false;
}
