/* What every page does where JavaScript runs; without it every page still reads and sends.
   - toasts can be closed, and those that only confirm go by themselves
   - a menu closes with Escape or a click elsewhere
   - a file can be dropped; the chosen name and size are told
   - a dialog opens from its button; the box in a list's head chooses all rows
   - days of a successor are chosen on a presence strip
   - filters are folded on a narrow screen, tables beside a drawing on a wide one
   - the first wrong field takes the focus */
import { closeMenus } from "./menus.js";
import { dialogs } from "./dialogs.js";
import { filedrops } from "./filedrop.js";
import { folds } from "./folds.js";
import { selections } from "./selection.js";
import { strips } from "./strips.js";
import { toasts } from "./toasts.js";

for (const start of [closeMenus, dialogs, filedrops, folds, selections, strips, toasts]) start(document);

document.getElementById("form-errors")?.focus();
