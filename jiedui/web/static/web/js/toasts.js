/* Toasts get a button to close them; a confirmation goes after eight seconds,
   a warning or an error stays until it is closed. */
const STAY = 8000;

export function toasts(page) {
  const box = page.getElementById("toasts");
  if (!box) return;
  const ready = (toast) => {
    const button = toast.querySelector("[data-close]");
    if (button) button.hidden = false;
    if (toast.matches(".toast-success, .toast-info")) setTimeout(() => toast.remove(), STAY);
  };
  box.querySelectorAll("[data-toast]").forEach(ready);
  box.addEventListener("click", (event) => {
    event.target.closest("[data-close]")?.closest("[data-toast]")?.remove();
  });
  new MutationObserver((changes) => {
    for (const change of changes) {
      for (const node of change.addedNodes) if (node.matches?.("[data-toast]")) ready(node);
    }
  }).observe(box, { childList: true });
}
