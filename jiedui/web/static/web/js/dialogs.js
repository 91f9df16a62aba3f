/* <button data-dialog="id"> opens the <dialog id>; data-close within closes it. */
export function dialogs(page) {
  page.addEventListener("click", (event) => {
    const opener = event.target.closest?.("[data-dialog]");
    if (opener) page.getElementById(opener.dataset.dialog)?.showModal();
    const closer = event.target.closest?.("dialog [data-close]");
    if (closer) closer.closest("dialog").close();
  });
}
