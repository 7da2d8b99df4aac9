// What the pages need a script for. All of them can be read without.

// Opened as a file, a page may not fetch others: search then lists titles without their text.
if (location.protocol === "file:") DOCUMENTATION_OPTIONS.SHOW_SEARCH_SUMMARY = false;

addEventListener("DOMContentLoaded", () => {
  // In a table, a long name may be broken after a dot, a slash or an underscore, and nowhere else.
  for (const code of document.querySelectorAll("table.sentences code .pre, table.sentences code:not(:has(.pre))"))
    code.replaceChildren(...code.textContent.split(/(?<=[._/])/).flatMap((part) => [part, document.createElement("wbr")]));

  // Where rows are stacked on a telephone, each cell says its column.
  for (const table of document.querySelectorAll("table.sentences")) {
    const columns = [...table.tHead.rows[0].cells].map((cell) => cell.textContent.trim());
    for (const row of table.tBodies[0].rows)
      [...row.cells].slice(1).forEach((cell, at) => (cell.dataset.column = columns[at + 1]));
  }
});

// A search from a page in another language looks there first.
addEventListener("DOMContentLoaded", () => {
  const language = document.documentElement.lang, form = document.querySelector("form.sidebar-search-container");
  if (language === "en" || !form) return;
  const field = Object.assign(document.createElement("input"), { type: "hidden", name: "lang", value: language });
  form.append(field);
});

// What scrolls sideways can be reached by keyboard, once maths and fonts have their widths.
const SCROLLING = "pre, div.math, .table-wrapper, mjx-container[display=true], .cell_output > *";
const letKeysScroll = () => {
  for (const one of document.querySelectorAll(SCROLLING))
    if (one.scrollWidth > one.clientWidth) one.tabIndex = 0;
    else if (one.tabIndex === 0) one.removeAttribute("tabindex");
};
addEventListener("load", async () => {
  await window.MathJax?.startup?.promise;
  letKeysScroll();
});
addEventListener("resize", letKeysScroll);
addEventListener("toggle", letKeysScroll, true);

// What is to be typed is not cut on a telephone, and can be copied with one click where the browser allows it.
addEventListener("DOMContentLoaded", () => {
  for (const block of document.querySelectorAll(".highlight-text pre")) {
    if (!/^(python3|pip|dlcourse) /.test(block.textContent)) continue;
    block.classList.add("command");
    if (!navigator.clipboard) continue;
    const button = Object.assign(document.createElement("button"), { type: "button", className: "copy", textContent: "Copy" });
    button.addEventListener("click", async () => {
      await navigator.clipboard.writeText(block.textContent.trim());
      button.textContent = "Copied";
    });
    block.after(button);
  }
});

// The race of the first page moves until it is stopped, and stands still for those who ask for no motion.
addEventListener("DOMContentLoaded", () => {
  const race = document.getElementById("front-race"), button = document.getElementById("race-button");
  if (!race) return;
  const show = (moves) => {
    race.src = moves ? race.dataset.moves : race.dataset.still;
    button.textContent = moves ? "Stop" : "Play";
  };
  button.hidden = false;
  button.addEventListener("click", () => show(button.textContent === "Play"));
  if (matchMedia("(prefers-reduced-motion: reduce)").matches) show(false);
});
