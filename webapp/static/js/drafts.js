/* Keeps what is typed, a moment after the typing stops. Every button keeps it as well; this only saves from accidents. */
(function () {
  "use strict";
  var form = document.querySelector("form[data-draft]");
  if (!form) { return; }
  var status = form.querySelector("[data-saved]");
  var waiting = 0;
  var leaving = false;
  var isKept = true;

  function keep() {
    var sent = new URLSearchParams();
    new FormData(form).forEach(function (value, name) {
      if (typeof value === "string") { sent.append(name, value); }
    });
    sent.set("go", "quietly");
    window.fetch(form.dataset.draft, { method: "POST", body: sent, credentials: "same-origin" }).then(function (answer) {
      isKept = answer.status === 204;
      if (!status || leaving) { return; }
      if (!isKept) { status.textContent = form.dataset.unsavedText; return; }
      var now = new Date();
      var minutes = now.getMinutes();
      status.textContent = form.dataset.savedText + " " + now.getHours() + "." + (minutes < 10 ? "0" : "") + minutes;
    }, function () { /* No network now: the next change tries again. */ });
  }

  form.addEventListener("input", function () {
    window.clearTimeout(waiting);
    waiting = window.setTimeout(keep, 2000);
  });
  /* After signing in or proving in another tab one comes back to this one. */
  window.addEventListener("focus", function () { if (!isKept) { keep(); } });
  form.addEventListener("submit", function () {
    leaving = true;
    window.clearTimeout(waiting);
  });
}());
