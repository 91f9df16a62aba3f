/* A file may be dropped on its frame; what was chosen is told with its size. */
export function size(bytes) {
  if (bytes < 1024) return `${bytes} B`;
  const units = ["KB", "MB", "GB"];
  let value = bytes / 1024;
  let unit = 0;
  while (value >= 1024 && unit < units.length - 1) {
    value /= 1024;
    unit += 1;
  }
  return `${value < 10 ? value.toFixed(1) : Math.round(value)} ${units[unit]}`;
}

export function filedrops(page) {
  const frame = (event) => event.target.closest?.("[data-filedrop]");
  page.addEventListener("dragover", (event) => {
    const found = frame(event);
    if (!found) return;
    event.preventDefault();
    found.classList.add("filedrop-over");
  });
  page.addEventListener("dragleave", (event) => frame(event)?.classList.remove("filedrop-over"));
  page.addEventListener("drop", (event) => {
    const found = frame(event);
    if (!found) return;
    event.preventDefault();
    found.classList.remove("filedrop-over");
    const input = found.querySelector("input[type=file]");
    input.files = event.dataTransfer.files;
    input.dispatchEvent(new Event("change", { bubbles: true }));
  });
  page.addEventListener("change", (event) => {
    const found = frame(event);
    const told = found?.querySelector(".filedrop-chosen");
    if (!told) return;
    const files = [...event.target.files];
    told.textContent = files.map((file) => `${file.name} · ${size(file.size)}`).join(", ");
  });
}
