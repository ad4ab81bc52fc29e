// An extra: every page works without it. It shows new alerts as they come, lets a
// reader walk by keys, and marks words as they are typed. What a feed said comes as
// HTML of the server, in which it is escaped, or as text; never as markup made here.
"use strict";

(() => {
  const root = new URL(document.body.dataset.root, location.href).pathname;
  const live = document.getElementById("live");
  const say = (text) => { document.getElementById("said").textContent = text; };

  // ---- New alerts ----

  // One tab of the browser listens for all, since a browser opens six connections to a
  // host: the one that has the lock. It tells the others. A hidden tab does not listen.
  function follow(address, heard) {
    const name = "watcher:" + root;
    const channel = "BroadcastChannel" in window ? new BroadcastChannel(name) : null;
    let source = null, release = null, waiting = null, again = 0;

    const tell = () => { heard(); if (channel) channel.postMessage("news"); };
    const close = () => { clearTimeout(again); if (source) source.close(); source = null; };
    const open = () => {
      close();
      source = new EventSource(address);
      // What came before the stream was open, since the page was made, is asked for then.
      for (const kind of ["open", "message", "alert", "changed", "missed"]) source.addEventListener(kind, tell);
      source.addEventListener("error", () => {
        // The browser tries again by itself, unless it was refused: too many listen.
        if (source.readyState === EventSource.CLOSED) again = setTimeout(open, 30000 + Math.random() * 30000);
      });
    };
    const start = () => {
      if (!navigator.locks) return open(); // only https and this machine itself have locks
      waiting = new AbortController();
      navigator.locks.request(name, { signal: waiting.signal }, () => new Promise((done) => { release = done; open(); }))
        .catch(() => {}); // it was hidden before its turn came
    };
    const stop = () => {
      close();
      if (waiting) waiting.abort();
      if (release) release();
      waiting = release = null;
    };

    if (channel) channel.onmessage = () => { if (!document.hidden) heard(); };
    document.addEventListener("visibilitychange", () => {
      stop();
      if (!document.hidden) { start(); heard(); }
    });
    addEventListener("pagehide", stop);
    addEventListener("pageshow", (e) => { if (e.persisted && !document.hidden) { start(); heard(); } });
    if (!document.hidden) start();
  }

  const rows = (within) => [...within.querySelectorAll(".stream > li")];

  // show replaces the stream by a newer one, and keeps the reader's place in it.
  function show(next) {
    const had = new Set(rows(live).map((li) => li.dataset.id));
    const held = document.activeElement && document.activeElement.closest(".stream > li");
    const id = held && live.contains(held) ? held.id : "";
    live.replaceChildren(...next.childNodes);
    for (const li of rows(live)) if (had.size && !had.has(li.dataset.id)) li.classList.add("new");
    const place = id && document.getElementById(id);
    if (place) place.querySelector("h3 a").focus({ preventScroll: true });
    mark();
  }

  async function fetchStream() {
    const answer = await fetch(location.href, { headers: { Accept: "text/html" }, redirect: "error" });
    if (!answer.ok) return null;
    return new DOMParser().parseFromString(await answer.text(), "text/html").getElementById("live");
  }

  let timer = 0, last = 0;
  // One that waits is not put off by the next event: events may never pause for so long.
  function refreshSoon() {
    if (!timer) timer = setTimeout(refresh, Math.max(200, last + 2000 - Date.now()));
  }

  async function refresh() {
    timer = 0;
    if (document.hidden) return; // it is asked for when somebody looks again
    last = Date.now();
    const next = await fetchStream().catch(() => null); // it is asked for again with the next event
    if (!next) return;
    const had = new Set(rows(live).map((li) => li.dataset.id));
    const fresh = rows(next).filter((li) => !had.has(li.dataset.id));
    if (fresh.length) {
      const title = fresh[0].querySelector("h3").textContent.trim();
      say(fresh.length === 1 ? "New alert: " + title : fresh.length + " new alerts, the latest: " + title);
    }
    const reading = scrollY > 240 || String(getSelection()) !== "";
    if (!fresh.length || !reading) return show(next);
    let button = live.querySelector(".fresh");
    if (!button) {
      button = document.createElement("button");
      button.className = "fresh";
      button.type = "button";
      live.prepend(button);
    }
    button.textContent = fresh.length === 1 ? "1 new alert" : fresh.length + " new alerts";
    button.onclick = () => { show(next); scrollTo({ top: 0 }); };
  }

  if (live && live.dataset.events && "EventSource" in window) follow(new URL(live.dataset.events, location.href), refreshSoon);

  // ---- Keys ----

  const titles = () => [...document.querySelectorAll(".stream > li h3 a, .table tbody th a")];
  function walk(by) {
    const all = titles();
    if (!all.length) return;
    const held = document.activeElement.closest(".stream > li, .table tbody tr");
    const at = held ? all.findIndex((a) => held.contains(a)) : -1;
    const to = all[Math.min(Math.max(at + by, 0), all.length - 1)];
    to.focus();
    to.scrollIntoView({ block: "nearest" });
  }
  const keys = {
    j: () => walk(1),
    k: () => walk(-1),
    o: () => { const a = document.activeElement.closest("li, tr")?.querySelector("h3 a, th a"); if (a) a.click(); },
    v: () => { const a = document.activeElement.closest("li")?.querySelector("a.out"); if (a) open(a.href, "_blank", "noopener,noreferrer"); },
    x: () => { const box = document.activeElement.closest("li")?.querySelector("input[type=checkbox]"); if (box) box.click(); },
    "/": () => { const q = document.querySelector("main input[type=search]"); if (q) { q.focus(); q.select(); } },
    "?": () => { const d = document.getElementById("keys"); if (d && !d.open) d.showModal(); },
  };
  document.addEventListener("keydown", (e) => {
    if (e.ctrlKey || e.metaKey || e.altKey || e.isComposing || !keys[e.key]) return;
    if (e.target.closest("input:not([type=checkbox]), textarea, select, [contenteditable], dialog")) return;
    e.preventDefault();
    keys[e.key]();
  });

  // ---- Marks while typing ----

  // The words that are typed are shown where they stand already. What a query finds is
  // for the server to say: this only guides the eye.
  const typed = document.querySelector("input[data-marks]");
  function mark() {
    if (!typed || !window.CSS || !CSS.highlights) return;
    CSS.highlights.delete("typed");
    if (typed.value === typed.defaultValue) return;
    const words = typed.value.replace(/\b(AND|OR|NOT|NEAR(\/\d+)?|BEFORE(\/\d+)?|ATLEAST(\/\d+)?)\b|\b\w+:/g, " ")
      .split(/[\s()"'@=~,]+/).map((w) => w.replace(/[*]/g, "").toLocaleLowerCase()).filter((w) => w.length > 2);
    if (!words.length) return;
    const found = new Highlight();
    for (const part of document.querySelectorAll(typed.dataset.marks)) {
      const texts = document.createTreeWalker(part, NodeFilter.SHOW_TEXT);
      for (let n = texts.nextNode(); n; n = texts.nextNode()) {
        const text = n.data.toLocaleLowerCase();
        if (text.length !== n.data.length) continue; // offsets would not fit
        for (const w of words) {
          for (let i = text.indexOf(w); i >= 0; i = text.indexOf(w, i + w.length)) {
            const range = new Range();
            range.setStart(n, i);
            range.setEnd(n, i + w.length);
            found.add(range);
          }
        }
      }
    }
    CSS.highlights.set("typed", found);
  }
  if (typed) typed.addEventListener("input", mark);
})();
