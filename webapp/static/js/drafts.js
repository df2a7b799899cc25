/* Keeps what is typed: a moment after the typing stops, and at leaving the page. Every button keeps it as well. */
/* A page with several forms keeps each by itself. */
document.querySelectorAll("form[data-draft]").forEach(function (form) {
  "use strict";
  var status = form.querySelector("[data-saved]") || document.querySelector("[data-saved]");
  var waiting = 0;
  var leaving = false;
  /* A page beside another draft, or with too much for one, holds words that stand nowhere else. */
  var isKept = !("unsaved" in form.dataset);
  var isElsewhere = false;
  var sendings = 0;
  /* The last one sent, and the last of which an answer says that it is kept: an older one says nothing any more. */
  var newest = 0;
  var kept = 0;
  /* A draft whose answer never came may stand or not. It is sent again first, just as it was: the server knows the same words,
     and says if another page has written since. */
  var unanswered = null;
  var isRetried = false;
  var pressed = null;
  /* A call may break at any moment: its first key is kept at once. */
  var pause = "firstKey" in form.dataset ? 200 : 2000;
  /* A network that answers nothing for so long holds no button any longer. */
  var PATIENCE = 8000;

  /* A draft that stands is this page's own, or another's. */
  var mark = Array.from(window.crypto.getRandomValues(new Uint32Array(4))).join("-");

  function sent(isLast) {
    var typed = new URLSearchParams();
    new FormData(form).forEach(function (value, name) {
      if (typeof value === "string") { typed.append(name, value); }
    });
    typed.set("go", "quietly");
    if (!form.elements.draft_seen) { return typed; }
    typed.set("draft_page", mark);
    /* The answer that says what stands now may not be here yet, or never came. */
    if (isLast) { typed.set("draft_over", mark); }
    return typed;
  }

  /* The hour is Finnish, wherever the browser thinks it is. */
  function hour() {
    return new Date().toLocaleTimeString("fi-FI", { timeZone: "Europe/Helsinki", hour: "numeric", minute: "2-digit" });
  }

  function show() {
    if (!status || leaving) { return; }
    var unsaved = isElsewhere ? form.dataset.elsewhereText : form.dataset.unsavedText;
    status.textContent = isKept ? form.dataset.savedText + " " + hour() : unsaved;
    status.classList.toggle("is-unsaved", !isKept);
  }

  /* A redirect leads to signing in: the session is gone, or another person signed in. `session.js` covers the page. */
  function isSessionLost(answer) { return answer.type === "opaqueredirect" || answer.status === 401 || answer.status === 403; }

  function take(answer) {
    isKept = answer.status === 204;
    isElsewhere = answer.status === 409 && "elsewhereText" in form.dataset;
    /* The next one is saved over this one, and over no other. */
    if (isKept && answer.headers.has("Draft-Saved")) { form.elements.draft_seen.value = answer.headers.get("Draft-Saved"); }
    if (isSessionLost(answer)) { document.dispatchEvent(new Event("session-lost")); }
    show();
  }

  function send(how) {
    waiting = 0;
    /* What leaves with the page is the newest. */
    var body = how.keepalive || !unanswered ? sent(how.keepalive) : unanswered;
    var isAgain = body === unanswered;
    var number = newest += 1;
    var stop = new AbortController();
    var limit = window.setTimeout(function () { stop.abort(); }, PATIENCE);
    var answered = window.fetch(form.dataset.draft, { method: "POST", body: body, credentials: "same-origin", redirect: "manual", signal: stop.signal, ...how });
    sendings += 1;
    answered.then(function (answer) {
      if (number < kept) { return; }
      /* Without a session, or in a fault, nothing says whether the unanswered one stands. */
      if (!isSessionLost(answer) && answer.status < 500) { unanswered = null; isRetried = false; }
      if (answer.status === 204) { kept = number; }
      take(answer);
      if (isAgain && isKept && !waiting) { waiting = window.setTimeout(keep, 0); }
    }, function () {
      if (number < kept) { return; }
      isKept = false; /* No network now: the next change tries again. */
      unanswered = body;
      isRetried = isRetried || (isAgain && Boolean(pressed));
      show();
    }).finally(function () {
      window.clearTimeout(limit);
      sendings -= 1;
      if (!sendings && pressed) { form.requestSubmit(pressed.button); }
    });
  }

  function keep() {
    if (sendings) { waiting = window.setTimeout(keep, pause); return; }
    pause = 2000;
    send({});
  }

  /* A page that goes away has no time for an answer: what waits is sent along, and the browser delivers it. */
  function keepAtLeaving() {
    if (leaving || !(waiting || unanswered)) { return; }
    window.clearTimeout(waiting);
    send({ keepalive: true });
  }

  /* A page out of sight may go away without a word. As long as it stands, the unanswered one goes first. */
  function keepOutOfSight() {
    if (!document.hidden || !waiting) { return; }
    if (!unanswered) { keepAtLeaving(); } else if (!sendings) { window.clearTimeout(waiting); keep(); }
  }

  form.addEventListener("input", function () {
    window.clearTimeout(waiting);
    waiting = window.setTimeout(keep, pause);
  });
  /* After signing in or proving in another tab one comes back to this one. */
  window.addEventListener("focus", function () { if (!isKept) { keep(); } });
  /* A page that is loaded again holds the older draft: the browser asks first. */
  window.addEventListener("beforeunload", function (event) { if (!isKept && !leaving) { event.preventDefault(); } });
  window.addEventListener("pagehide", keepAtLeaving);
  document.addEventListener("visibilitychange", keepOutOfSight);
  /* A button waits for the draft under way: the form would say that it holds an older one, and meet its own text as another's. */
  form.addEventListener("submit", function (event) {
    if (sendings || (unanswered && !isRetried)) {
      event.preventDefault();
      event.stopPropagation();
      pressed = { button: event.submitter };
      if (status) { status.textContent = form.dataset.savingText; }
      if (!sendings) { isRetried = true; window.clearTimeout(waiting); send({}); }
      return;
    }
    leaving = true;
    pressed = null;
    window.clearTimeout(waiting);
  });
});
