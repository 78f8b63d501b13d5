// Cells of a grid: Enter and the arrows go from row to row in the same column, Escape takes back what was typed, and
// several cells pasted from a spreadsheet are handed to the page's state, which fills its own.
"use strict";

(() => {
  const LONGEST_PASTE = 200000;
  const cellOf = (event) => (event.target.matches?.("[data-grid] .cell-input") ? event.target : null);
  const cellsOf = (row) => [...row.querySelectorAll(".cell-input")];

  const move = (cell, step) => {
    const row = cell.closest("tr");
    const rows = [...cell.closest("[data-grid]").querySelectorAll("tr")].filter((each) => cellsOf(each).length);
    const next = rows[rows.indexOf(row) + step];
    const target = next && cellsOf(next)[cellsOf(row).indexOf(cell)];
    if (target) target.focus();
    else cell.blur();
  };
  document.addEventListener("keydown", (event) => {
    const cell = cellOf(event);
    if (!cell) return;
    if (event.key === "Escape") cell.value = cell.defaultValue;
    const step = { Enter: 1, ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (!step) return;
    event.preventDefault();
    move(cell, step);
  });
  // An answer that changes a cell puts a new one in its place: who is in it stays in it.
  let here = null;
  document.addEventListener("focusin", (event) => {
    here = cellOf(event);
    here?.select();
  });
  document.addEventListener("focusout", (event) => {
    if (event.relatedTarget) here = null;
  });
  new MutationObserver(() => {
    if (!here || here.isConnected || document.activeElement !== document.body) return;
    const label = CSS.escape(here.getAttribute("aria-label"));
    document.querySelector(`[data-grid] .cell-input[aria-label="${label}"]`)?.focus();
  }).observe(document.documentElement, { childList: true, subtree: true });

  // React listens for input events whose value it has not seen.
  const tell = (carrier, value) => {
    Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, "value").set.call(carrier, value);
    carrier.dispatchEvent(new Event("input", { bubbles: true }));
  };
  document.addEventListener("paste", (event) => {
    const cell = cellOf(event);
    const carrier = cell?.closest("[data-grid]").querySelector("[data-pasted]");
    const text = event.clipboardData.getData("text/plain");
    if (!carrier || !/[\t\n]/.test(text.trim())) return;
    event.preventDefault();
    tell(carrier, JSON.stringify({ at: cell.dataset.cell, text: text.slice(0, LONGEST_PASTE), number: Date.now() }));
  });
})();
