// Behaviour that belongs to the browser: no round trip, no secrets, no eval. Everything is found by data attributes at
// the moment of the event, so React may render and replace elements as it likes.
"use strict";

(() => {
  const phone = matchMedia("(max-width: 639px)");
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];

  // Appearance: `theme` is Reflex's own key; profit and loss colours are ours.
  const root = document.documentElement;
  const paintProfitLoss = () => {
    const choice = localStorage.getItem("profit-loss");
    if (choice) root.dataset.pl = choice;
    else delete root.dataset.pl;
  };
  paintProfitLoss();

  const chooseProfitLoss = (choice) => {
    if (choice === "teal-vermilion") localStorage.removeItem("profit-loss");
    else localStorage.setItem("profit-loss", choice);
    paintProfitLoss();
    markProfitLoss();
  };
  const markProfitLoss = () => {
    const current = localStorage.getItem("profit-loss") || "teal-vermilion";
    for (const button of all("[data-profit-loss]")) {
      button.setAttribute("aria-pressed", String(button.dataset.profitLoss === current));
    }
  };

  // Sheets and dialogs: native modal dialogs. On phones a sheet at the bottom, else a popover at its control.
  const open = (dialog, control) => {
    if (dialog.open) return;
    dialog.showModal();
    if (control) {
      control.setAttribute("aria-expanded", "true");
      if (dialog.classList.contains("sheet") && !phone.matches) keepAt(dialog, control.getBoundingClientRect());
    }
    const first = dialog.querySelector("[autofocus], [aria-checked=true]");
    if (first) first.focus();
    else for (const part of [dialog, ...dialog.children]) part.scrollTop = 0; // the first button may stand at the end
    dialog.addEventListener("close", () => control?.setAttribute("aria-expanded", "false"), { once: true });
  };
  const keepAt = (dialog, at) => {
    place(dialog, at);
    const grown = new ResizeObserver(() => place(dialog, at)); // what it shows may come from the server
    grown.observe(dialog.lastElementChild);
    dialog.addEventListener("close", () => grown.disconnect(), { once: true });
  };
  const place = (dialog, at) => {
    const gap = 4;
    dialog.style.setProperty("--top", "0px"); // so that it is measured whole
    const { offsetWidth: width, offsetHeight: height } = dialog;
    const below = at.bottom + gap;
    let [left, top] = [at.left, below + height + gap <= innerHeight ? below : at.top - height - gap];
    if (top < gap) {
      // No room under or over the control: beside it, so that both are seen whole.
      left = at.right + gap + width <= innerWidth ? at.right + gap : at.left - gap - width;
      top = Math.max(gap, innerHeight - height - 2 * gap);
    }
    dialog.style.setProperty("--left", `${Math.max(gap, Math.min(left, innerWidth - width - 2 * gap))}px`);
    dialog.style.setProperty("--top", `${top}px`);
  };
  const outside = (dialog, event) => {
    const box = dialog.getBoundingClientRect();
    return event.clientX < box.left || event.clientX > box.right || event.clientY < box.top || event.clientY > box.bottom;
  };
  const followState = (dialog) => {
    if (dialog.dataset.open === "true") open(dialog);
    else if (dialog.open) dialog.close();
  };

  let dragged = null;
  addEventListener("pointerdown", (event) => {
    const grip = event.target.closest?.(".sheet-grip");
    if (grip && phone.matches) dragged = { sheet: grip.closest("dialog"), from: event.clientY };
  });
  addEventListener("pointermove", (event) => {
    if (dragged) dragged.sheet.style.translate = `0 ${Math.max(0, event.clientY - dragged.from)}px`;
  });
  addEventListener("pointerup", (event) => {
    if (!dragged) return;
    const { sheet, from } = dragged;
    dragged = null;
    sheet.style.translate = "";
    if (event.clientY - from > 80) sheet.close();
  });

  const followNetwork = () => root.classList.toggle("is-offline", !navigator.onLine);
  addEventListener("offline", followNetwork);
  addEventListener("online", followNetwork);

  // Fields
  const showPassword = (button) => {
    const field = document.getElementById(button.dataset.shows);
    const shown = field.type === "text";
    field.type = shown ? "password" : "text";
    button.setAttribute("aria-pressed", String(!shown));
  };
  const markRules = (field) => {
    for (const rule of all("[data-pattern]", document.getElementById(field.dataset.rules))) {
      rule.dataset.met = String(new RegExp(rule.dataset.pattern, "u").test(field.value));
    }
  };
  let submitted = 0;
  const focusFirstError = () => {
    const wrong = document.querySelector("[aria-invalid=true]");
    if (wrong && Date.now() - submitted < 15000) {
      submitted = 0;
      wrong.focus();
    }
  };

  // One of several views of the same thing: Chart or Table.
  const switchView = (button) => {
    const group = button.closest("[data-views]");
    for (const other of all("[data-view]", group)) other.setAttribute("aria-pressed", String(other === button));
    for (const pane of all(`[data-pane-of="${group.dataset.views}"]`)) pane.hidden = pane.dataset.pane !== button.dataset.view;
  };

  // Radio groups of buttons: arrows move, letters jump to a name, Enter and Space choose (the buttons' own click).
  let typed = { text: "", at: 0 };
  const isTyping = () => Date.now() - typed.at < 700;
  const moveInGroup = (event, group) => {
    const choices = all("[role=radio]", group);
    const here = choices.indexOf(document.activeElement);
    const steps = { ArrowDown: 1, ArrowRight: 1, ArrowUp: -1, ArrowLeft: -1 };
    let next = null;
    if (event.key in steps) next = choices[(here + steps[event.key] + choices.length) % choices.length];
    else if (event.key === "Home") next = choices[0];
    else if (event.key === "End") next = choices.at(-1);
    else if (event.key === " " && !isTyping()) {
      event.preventDefault();
      document.activeElement.click();
    } else if (event.key.length === 1) next = byTyping(event.key, choices);
    if (!next) return;
    event.preventDefault();
    next.focus();
  };
  const byTyping = (key, choices) => {
    typed = { text: (isTyping() ? typed.text : "") + key.toLowerCase(), at: Date.now() };
    return choices.find((choice) => choice.textContent.trim().toLowerCase().startsWith(typed.text));
  };

  // Toasts leave by themselves unless someone is reading them; leaving is the press of their own button.
  const leaving = new WeakMap();
  const letLeave = (toast) => {
    const seconds = Number(toast.dataset.seconds);
    if (!seconds || leaving.has(toast)) return;
    const wait = () => leaving.set(toast, setTimeout(() => toast.querySelector("[data-dismiss]")?.click(), seconds * 1000));
    const hold = () => clearTimeout(leaving.get(toast));
    toast.addEventListener("pointerenter", hold);
    toast.addEventListener("focusin", hold);
    toast.addEventListener("pointerleave", wait);
    toast.addEventListener("focusout", wait);
    wait();
  };

  // Logs follow their end until someone scrolls up.
  const follow = (log) => {
    const atEnd = log.scrollHeight - log.scrollTop - log.clientHeight < 40;
    if (log.dataset.follows === "true") log.scrollTop = log.scrollHeight;
    const jump = document.querySelector(`[data-jumps="${log.id}"]`);
    if (jump) jump.hidden = log.dataset.follows === "true" || atEnd;
  };

  // Chart cursor: the pointer or the arrows choose a date, its reading is shown and spoken.
  const readings = (cursor) => (cursor.dataset.readings ? cursor.dataset.readings.split("\n") : []);
  const isCentred = (cursor) => cursor.dataset.centred === "true"; // a reading per column, not per point
  const readAt = (cursor, index) => {
    const texts = readings(cursor);
    if (!texts.length) return;
    const at = Math.min(Math.max(index, 0), texts.length - 1);
    cursor.dataset.reading = "true";
    const place = isCentred(cursor) ? (at + 0.5) / texts.length : texts.length > 1 ? at / (texts.length - 1) : 1;
    cursor.style.setProperty("--x", `${100 * place}%`);
    cursor.querySelector(".plot-reading").textContent = texts[at];
    cursor.setAttribute("aria-valuemax", String(texts.length - 1));
    cursor.setAttribute("aria-valuenow", String(at));
    cursor.setAttribute("aria-valuetext", texts[at]);
  };
  const readUnder = (cursor, event) => {
    const box = cursor.getBoundingClientRect();
    const share = (event.clientX - box.left) / box.width, count = readings(cursor).length;
    readAt(cursor, isCentred(cursor) ? Math.floor(share * count) : Math.round(share * (count - 1)));
  };
  const readByKey = (cursor, event) => {
    const last = readings(cursor).length - 1;
    const now = cursor.dataset.reading === "true" ? Number(cursor.getAttribute("aria-valuenow")) : last;
    const targets = { ArrowLeft: now - 1, ArrowRight: now + 1, PageUp: now - 21, PageDown: now + 21, Home: 0, End: last };
    if (!(event.key in targets)) return;
    event.preventDefault();
    readAt(cursor, targets[event.key]);
  };
  const stopReading = (cursor) => delete cursor.dataset.reading;

  // Heat map: the pointer or the arrows choose a cell; its row, column and number are shown and spoken.
  const readCell = (map, cell) => {
    map.querySelector(".heat-chosen")?.classList.remove("heat-chosen");
    const reading = map.parentElement.querySelector(".heat-reading");
    reading.textContent = "";
    if (!cell || cell.tagName !== "TD" || !cell.parentElement.querySelector("th")) return;
    cell.classList.add("heat-chosen");
    cell.scrollIntoView({ block: "nearest", inline: "nearest" });
    const across = map.querySelector(`thead tr > :nth-child(${cell.cellIndex + 1})`).textContent;
    reading.textContent = `${cell.parentElement.querySelector("th").textContent} and ${across} ${cell.textContent}`;
  };
  const moveInHeat = (event, map) => {
    const step = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] }[event.key];
    if (!step) return;
    const rows = map.querySelectorAll("tbody tr"), chosen = map.querySelector(".heat-chosen");
    event.preventDefault();
    if (!chosen) return readCell(map, rows[0]?.cells[1]);
    const row = rows[chosen.parentElement.rowIndex - 1 + step[0]];
    const next = row?.cells[Math.max(1, chosen.cellIndex + step[1])];
    if (next) readCell(map, next);
  };

  const clicks = {
    "[data-opens]": (control) => open(document.getElementById(control.dataset.opens), control),
    "[data-closes]": (control) => control.closest("dialog").close(),
    "[data-shows]": showPassword,
    "[data-view]": switchView,
    "[data-section]": (tab) => {
      pressedTab = Date.now();
      chooseSection(tab);
    },
    "[data-profit-loss]": (button) => chooseProfitLoss(button.dataset.profitLoss),
    "[data-jumps]": (button) => {
      const log = document.getElementById(button.dataset.jumps);
      log.dataset.follows = "true";
      follow(log);
    },
  };

  document.addEventListener(
    "click",
    (event) => {
      if (!event.target.closest?.("[aria-disabled=true]")) return;
      event.preventDefault();
      event.stopPropagation();
    },
    true,
  );
  document.addEventListener("click", (event) => {
    if (event.target.matches?.("dialog.sheet") && outside(event.target, event)) event.target.close();
    for (const [selector, act] of Object.entries(clicks)) {
      const control = event.target.closest?.(selector);
      if (control) act(control);
    }
  });
  document.addEventListener("input", (event) => {
    if (event.target.dataset?.rules) markRules(event.target);
  });
  document.addEventListener("keydown", (event) => {
    const group = event.target.closest?.("[role=radiogroup]");
    if (group && !event.ctrlKey && !event.metaKey && !event.altKey) moveInGroup(event, group);
    if (event.target.matches?.(".plot-cursor")) readByKey(event.target, event);
    if (event.target.matches?.("[data-heat]")) moveInHeat(event, event.target);
    if (event.key === "Escape") root.classList.add("tips-off");
    if ((event.ctrlKey || event.metaKey) && !event.shiftKey && !event.altKey && event.key.toLowerCase() === "p") printWhole(event);
  });
  document.addEventListener("pointermove", (event) => {
    const cursor = event.target.closest?.(".plot-cursor");
    if (cursor) readUnder(cursor, event);
    const cell = event.target.closest?.("[data-heat] td:not(.heat-chosen)");
    if (cell) readCell(cell.closest("[data-heat]"), cell);
  });
  document.addEventListener("pointerout", (event) => {
    const cursor = event.target.closest?.(".plot-cursor");
    if (cursor && !cursor.contains(event.relatedTarget)) stopReading(cursor);
  });
  document.addEventListener("focusout", (event) => {
    if (event.target.matches?.(".plot-cursor")) stopReading(event.target);
  });
  document.addEventListener("pointerover", () => root.classList.remove("tips-off"));
  document.addEventListener("focusin", () => root.classList.remove("tips-off"));
  document.addEventListener("submit", () => (submitted = Date.now()), true);
  document.addEventListener("cancel", (event) => {
    const typing = all("input, textarea", event.target).some((field) => field.value !== field.defaultValue);
    if (event.target.dataset.keepsTyping === "true" && typing) event.preventDefault();
  }, true);
  document.addEventListener("scroll", (event) => {
    if (event.target === document) return markSection();
    const log = event.target;
    if (!log.dataset?.follows) return;
    log.dataset.follows = String(log.scrollHeight - log.scrollTop - log.clientHeight < 40);
    follow(log);
  }, true);

  // Printing: a table that comes page by page is asked for whole first, by pressing its hidden button, and goes back to
  // its page afterwards. Should the answer not come, what is there is printed.
  const parts = () => all("[data-prints=part]");
  let pressed = [];
  const printWhole = (event) => {
    if (!parts().length) return;
    event.preventDefault();
    if (pressed.length) return;
    pressed = parts();
    pressed.forEach((button) => button.click());
    setTimeout(() => pressed.length && print(), 4000);
  };
  const printOnceWhole = () => {
    if (pressed.length && !pressed.done && !parts().length) {
      pressed.done = true;
      requestAnimationFrame(() => print());
    }
  };
  addEventListener("afterprint", () => {
    pressed.forEach((button) => button.isConnected && button.click());
    pressed = [];
  });

  // Amounts hidden or shown in one tab are hidden or shown in all.
  const others = "BroadcastChannel" in window ? new BroadcastChannel("amounts") : null;
  let amounts = null;
  const tellOthers = () => {
    const now = document.querySelector("[data-amounts]")?.dataset.amounts;
    if (!now || now === amounts) return;
    if (amounts !== null) others?.postMessage(now);
    amounts = now;
  };
  others?.addEventListener("message", ({ data }) => {
    if (data !== amounts) document.querySelector("[data-follows-amounts]")?.click();
  });

  // A page that follows something asks again by pressing its own hidden button, as long as it is there and looked at.
  // The tab of the section that is on screen, on a page of many; one that was pressed stays chosen while it scrolls.
  let pressedTab = 0;
  const chooseSection = (current) => {
    for (const tab of all("[data-section]")) tab === current ? tab.setAttribute("aria-current", "true") : tab.removeAttribute("aria-current");
  };
  const markSection = () => {
    const tabs = all("[data-section]");
    if (!tabs.length || Date.now() - pressedTab < 500) return;
    const isEnd = innerHeight + scrollY >= document.documentElement.scrollHeight - 2;
    const passed = tabs.filter((tab) => document.getElementById(tab.dataset.section)?.getBoundingClientRect().top < innerHeight / 3);
    chooseSection(isEnd ? tabs.at(-1) : passed.at(-1) || tabs[0]);
  };
  const ticking = new WeakSet();
  const tick = (button) => {
    if (ticking.has(button)) return;
    ticking.add(button);
    const press = () => {
      if (!button.isConnected) return;
      if (!document.hidden) button.click();
      setTimeout(press, Number(button.dataset.every));
    };
    setTimeout(press, Number(button.dataset.every));
  };

  // A screen that takes the place of another takes the focus too, once: at its heading.
  const received = new WeakSet();
  const takeFocus = (element) => {
    if (received.has(element)) return;
    received.add(element);
    element.focus();
  };

  // What appears or changes by rendering, and what stands in the page from the start.
  const tend = () => {
    for (const dialog of all("dialog[data-open]")) followState(dialog);
    for (const form of all("form[data-autosubmit=true]")) {
      delete form.dataset.autosubmit;
      form.submit();
    }
    all("[data-toast]").forEach(letLeave);
    all("[data-every]").forEach(tick);
    all("[data-takes-focus=true]").forEach(takeFocus);
    all("[data-follows]").forEach(follow);
    printOnceWhole();
    tellOthers();
    markProfitLoss();
    focusFirstError();
  };
  const start = () => {
    tend();
    let due = 0;
    const soon = () => (due ||= requestAnimationFrame(() => { due = 0; tend(); }));
    const attributeFilter = ["data-takes-focus", "data-open", "data-autosubmit", "data-prints", "data-amounts", "aria-invalid"];
    new MutationObserver(soon).observe(document.body, { childList: true, subtree: true, attributes: true, attributeFilter });
  };
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", start);
  else start();
})();
