// Drop zones and upload forms: choose, check, send with progress, cancel, hand the answer to the page's state.
"use strict";

(() => {
  const part = (zone, name) => zone.querySelector(`[data-drop-${name}]`);
  const inputOf = (zone) => zone.querySelector("input[type=file]");
  const say = (zone, name, text) => (part(zone, name).textContent = text);
  const phase = (zone, name) => (zone.dataset.phase = name);
  const inUnit = (bytes, unit) => String(Math.round(bytes / unit * 10) / 10);
  const size = (bytes) =>
    bytes >= 1e6 ? `${inUnit(bytes, 1e6)} MB` : bytes >= 1e3 ? `${inUnit(bytes, 1e3)} KB` : `${bytes} ${bytes === 1 ? "byte" : "bytes"}`;

  const objection = (zone, file) => {
    const { accept, maxBytes } = zone.dataset;
    const kind = accept.slice(1).toUpperCase();
    if (!file.name.toLowerCase().endsWith(accept)) return `${file.name} is not a ${kind}. Export it as ${kind} and drop it again.`;
    if (file.size > Number(maxBytes)) return `${file.name} has ${size(file.size)}. The limit is ${Number(maxBytes) / 2 ** 20} MB.`;
    if (file.size === 0) return `${file.name} is empty. Choose the file with your positions.`;
    return "";
  };

  const choose = async (zone, file) => {
    const wrong = objection(zone, file);
    if (wrong) {
      inputOf(zone).value = "";
      say(zone, "error", wrong);
      phase(zone, "wrong");
      return;
    }
    document.getElementById(`${inputOf(zone).id}-error`)?.setAttribute("hidden", "");
    say(zone, "name", file.name);
    say(zone, "detail", size(file.size));
    phase(zone, "chosen");
    const rows = (await file.text()).split(/\r\n|\r|\n/).filter((line) => line.trim() && !line.startsWith("#")).length - 1;
    if (inputOf(zone).files[0] === file && zone.dataset.phase === "chosen" && rows > 0) {
      say(zone, "detail", `${size(file.size)}, ${rows.toLocaleString("en-US")} ${rows === 1 ? "row" : "rows"}`);
    }
  };

  const forget = (zone) => {
    inputOf(zone).value = "";
    phase(zone, "rest");
    inputOf(zone).focus();
  };

  // Dragging fires enter and leave for every element inside, so the zone counts.
  const depth = new WeakMap();
  const drag = (event, change) => {
    const zone = event.target.closest?.(".dropzone");
    if (!zone || ![...event.dataTransfer.types].includes("Files") || zone.dataset.phase === "uploading") return;
    event.preventDefault();
    const inside = Math.max(0, (depth.get(zone) || 0) + change);
    depth.set(zone, inside);
    if (inside && zone.dataset.phase !== "over") {
      zone.dataset.before = zone.dataset.phase;
      phase(zone, "over");
    } else if (!inside && zone.dataset.phase === "over") phase(zone, zone.dataset.before);
  };
  document.addEventListener("dragenter", (event) => drag(event, 1));
  document.addEventListener("dragleave", (event) => drag(event, -1));
  document.addEventListener("dragover", (event) => drag(event, 0));
  document.addEventListener("drop", (event) => {
    const zone = event.target.closest?.(".dropzone");
    if (!zone || zone.dataset.phase === "uploading") return;
    event.preventDefault();
    depth.set(zone, 0);
    phase(zone, "rest");
    const { files } = event.dataTransfer;
    if (!files.length) return;
    inputOf(zone).files = files;
    choose(zone, files[0]);
  });
  document.addEventListener("change", (event) => {
    const zone = event.target.closest?.(".dropzone");
    if (zone && event.target.files?.length) choose(zone, event.target.files[0]);
  });

  // Sending
  const sending = new WeakMap();
  const busy = (form, yes) => {
    for (const button of form.querySelectorAll("[type=submit]")) {
      button.setAttribute("aria-busy", String(yes));
      button.setAttribute("aria-disabled", String(yes));
    }
  };
  const report = (zone, sent, total, startedAt) => {
    const seconds = (performance.now() - startedAt) / 1000;
    const left = Math.ceil((total - sent) * (seconds / Math.max(sent, 1)));
    const meter = zone.querySelector("[role=progressbar]");
    const percent = Math.round((100 * sent) / total);
    meter.setAttribute("aria-valuenow", String(percent));
    meter.firstElementChild.style.setProperty("--v", `${percent}%`);
    const unit = total >= 1e6 ? 1e6 : 1e3;
    const words = sent < total ? `${inUnit(sent, unit)} of ${size(total)} sent, ${left} s left` : "Sent. Checking every row";
    say(zone, "detail", words);
  };
  // React listens for input events whose value it has not seen.
  const handOver = (form, answer) => {
    const carrier = form.querySelector("[data-upload-answer]");
    Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, "value").set.call(carrier, JSON.stringify(answer));
    carrier.dispatchEvent(new Event("input", { bubbles: true }));
  };
  const trimmed = (body) => {
    const errors = body?.error?.details?.errors;
    if (Array.isArray(errors) && errors.length > 500) body.error.details.errors = errors.slice(0, 500);
    return body;
  };
  const answerOf = (request) => {
    try {
      return { status: request.status, body: trimmed(JSON.parse(request.responseText)) };
    } catch {
      return { status: request.status, body: null };
    }
  };
  const fail = (form, zone) => {
    busy(form, false);
    say(zone, "error", "The file did not reach the server. Nothing was saved. Choose it again if you changed it, else check the connection.");
    phase(zone, "failed");
  };
  const send = (form) => {
    const zone = form.querySelector(".dropzone");
    const file = zone && inputOf(zone).files[0];
    const request = new XMLHttpRequest();
    const startedAt = performance.now();
    sending.set(form, request);
    busy(form, true);
    if (file) {
      phase(zone, "uploading");
      request.upload.onprogress = (event) => report(zone, event.loaded, event.total, startedAt);
    }
    request.onload = () => {
      busy(form, false);
      if (file) choose(zone, file);
      handOver(form, answerOf(request));
    };
    request.onerror = () => fail(form, zone);
    request.onabort = () => {
      busy(form, false);
      if (file) choose(zone, file);
    };
    request.open("POST", form.getAttribute("action"));
    request.setRequestHeader("Accept", "application/json");
    request.send(new FormData(form));
  };
  document.addEventListener("submit", (event) => {
    if (!event.target.matches("form[data-upload]")) return;
    event.preventDefault();
    send(event.target);
  });
  document.addEventListener("click", (event) => {
    const chooser = event.target.closest?.("[data-chooses]");
    if (chooser) document.getElementById(chooser.dataset.chooses).click();
    const zone = event.target.closest?.(".dropzone");
    if (!zone) return;
    if (event.target.closest("[data-drop-remove]")) forget(zone);
    else if (event.target.closest("[data-upload-cancel]")) sending.get(zone.closest("form"))?.abort();
    else if (event.target.closest(".drop") && event.target !== inputOf(zone) && zone.dataset.phase !== "uploading") inputOf(zone).click();
  });
})();
