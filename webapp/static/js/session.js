/* Warns before the session of this page ends, and covers the page once it has ended. What was typed stays where it is. */
(function () {
  "use strict";
  var WARNED = 120;
  var shown = document.querySelector("[data-session]");
  if (!shown) { return; }
  var cover = document.querySelector("[data-session-cover]");
  var title = document.title;
  var waiting = 0;
  var before = null;

  function warn(state) {
    shown.querySelectorAll("[data-session-state]").forEach(function (part) {
      part.hidden = part.dataset.sessionState !== state;
    });
    shown.hidden = !state;
  }

  function setCovered(covers) {
    if (covers !== cover.hidden) { return; }
    if (covers) { before = document.activeElement; }
    cover.hidden = !covers;
    document.body.classList.toggle("is-covered", covers);
    /* A title names the case. */
    document.title = covers ? cover.dataset.title : title;
    (covers ? cover.querySelector("a") : before || document.body).focus();
  }

  function look(again) {
    window.clearTimeout(waiting);
    waiting = window.setTimeout(ask, Math.max(again, 1) * 1000);
  }

  /* Another person who signs in beside uncovers nothing. */
  function showTime(answer) {
    if (answer.left <= 0 || answer.person !== shown.dataset.person) { ended(); return; }
    if (answer.left > WARNED) {
      warn("");
      setCovered(false);
      look(Math.min(answer.left - WARNED, 3600));
    } else {
      warn(answer.final <= WARNED ? "last" : "ending");
      setCovered(false);
      look(Math.min(answer.left + 1, 15));
    }
  }

  function ended() {
    window.clearTimeout(waiting);
    warn("");
    setCovered(true);
  }

  /* Other tabs use the same session, so only the server knows. A redirect leads to signing in: it has ended. */
  function ask() {
    window.fetch(shown.dataset.session, { credentials: "same-origin", redirect: "manual" }).then(function (answer) {
      if (answer.type === "opaqueredirect" || answer.status === 401) { ended(); return; }
      if (!answer.ok) { throw new Error(answer.status); }
      return answer.json().then(showTime);
    }).catch(function () { look(30); });
  }

  shown.querySelector("form").addEventListener("submit", function (event) {
    event.preventDefault();
    window.fetch(event.target.action, { method: "POST", body: new URLSearchParams(new FormData(event.target)), credentials: "same-origin", redirect: "manual" }).then(ask, ask);
  });
  /* Timers stand still while a tab sleeps. */
  document.addEventListener("visibilitychange", function () { if (!document.hidden) { ask(); } });
  window.addEventListener("focus", function () { if (!shown.hidden || !cover.hidden) { ask(); } });
  /* A script that keeps what is typed was refused. */
  document.addEventListener("session-lost", ask);
  look(Math.min(Number(shown.dataset.left) - WARNED, 3600));
}());
