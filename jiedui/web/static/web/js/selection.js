/* The box in a list's head chooses or clears all rows of the page. */
export function selections(page) {
  page.addEventListener("change", (event) => {
    const name = event.target.dataset?.selectAll;
    if (!name) return;
    const list = event.target.closest("table");
    for (const box of list.querySelectorAll(`tbody input[name="${CSS.escape(name)}"]`)) {
      box.checked = event.target.checked;
    }
  });
}
