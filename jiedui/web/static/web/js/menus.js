/* Open menus close with Escape, a click elsewhere, or when the focus leaves them. */
export function closeMenus(page) {
  const open = () => page.querySelectorAll("details[data-menu][open]");
  page.addEventListener("click", (event) => {
    for (const menu of open()) if (!menu.contains(event.target)) menu.open = false;
  });
  page.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    for (const menu of open()) {
      menu.open = false;
      menu.querySelector("summary")?.focus();
    }
  });
}
