/* Small conveniences of every page; each page is whole without them. */
(function () {
  "use strict";
  var summary = document.querySelector(".error-summary");
  if (summary) {
    summary.focus();
    /* A link to a question with choices leads to its first choice, so that arrows and Space choose at once. */
    summary.addEventListener("click", function (event) {
      var link = event.target.closest("a[href^='#']");
      var group = link && document.getElementById(link.hash.slice(1));
      var first = group && group.matches("fieldset") && (group.querySelector("input:checked") || group.querySelector("input:enabled"));
      if (!first) { return; }
      event.preventDefault();
      group.scrollIntoView();
      first.focus({ preventScroll: true });
    });
  }

  document.querySelectorAll("[data-print]").forEach(function (button) {
    button.hidden = false;
    button.addEventListener("click", function () { window.print(); });
  });

  document.querySelectorAll("[data-copy]").forEach(function (button) {
    if (!navigator.clipboard) { return; }
    button.hidden = false;
    button.addEventListener("click", function () {
      navigator.clipboard.writeText(document.getElementById(button.dataset.copy).textContent).then(function () {
        button.querySelector("span").textContent = button.dataset.copied;
      });
    });
  });

  /* A link keeps what is typed, as every button does, and Back finds it. Leaving quickly or closing the tab keeps nothing. */
  var kept = document.querySelector("form[data-keeps]");
  var isTyped = false;
  if (kept) {
    kept.addEventListener("input", function () { isTyped = true; });
    document.addEventListener("click", function (event) {
      var link = event.target.closest("a[href]");
      if (!isTyped || !link || "leave" in link.dataset || link.hash || link.origin !== window.location.origin) { return; }
      var typed = new URLSearchParams(new FormData(kept));
      typed.set("go", "stay");
      navigator.sendBeacon(kept.action, typed);
    });
  }

  /* More files than one sending may hold are refused before they are sent: over a slow network it costs minutes. */
  document.addEventListener("submit", function (event) {
    var field = event.target.querySelector("input[type=file][data-most]");
    if (!field) { return; }
    var warning = document.getElementById(field.dataset.warning);
    var size = Array.from(field.files).reduce(function (sum, file) { return sum + file.size; }, 0);
    var isWarned = !warning.hidden;
    warning.hidden = size <= Number(field.dataset.most);
    if (warning.hidden) { return; }
    /* Once the person has read it, another button goes on without them: on many phones nobody can choose none again. */
    if (isWarned && event.submitter && event.submitter.value !== "add") { field.value = ""; warning.hidden = true; return; }
    event.preventDefault();
    event.stopImmediatePropagation();
    field.setAttribute("aria-invalid", "true");
    field.focus();
  });

  /* A page that answered a sent form is asked for as a page from now on: Back and a reload send nothing twice. What no
     draft keeps stands only here, and the browser asks before it goes. */
  if ("answer" in document.body.dataset) {
    window.history.replaceState(window.history.state, "", window.location.href);
    var isSent = false;
    var refused = document.querySelector("main form:not([data-draft]) [aria-invalid=true], main form:not([data-draft]) .error");
    document.addEventListener("submit", function () { isSent = true; });
    window.addEventListener("beforeunload", function (event) { if (refused && !isSent) { event.preventDefault(); } });
  }

  /* What a form of the staff without a draft holds stands only on its page too, from the first key on. Another form's
     button takes those words away as well as a link does. */
  var unkeptForms = document.querySelectorAll("form[data-unkept]");
  if (unkeptForms.length) {
    var unkept = new Set();
    var isAnswer = "answer" in document.body.dataset;
    unkeptForms.forEach(function (form) {
      form.addEventListener("input", function () { unkept.add(form); });
      form.addEventListener("submit", function () { unkept.delete(form); });
    });
    /* What was refused is sent anew: by its own form, or by one of another kind than these. */
    document.addEventListener("submit", function (event) {
      var wrong = "[aria-invalid=true], .error";
      var isAmongThese = Array.from(unkeptForms).some(function (form) { return form.querySelector(wrong); });
      if (event.target.querySelector(wrong) || !isAmongThese) { isAnswer = false; }
    });
    window.addEventListener("beforeunload", function (event) { if (isAnswer || unkept.size) { event.preventDefault(); } });
  }

  /* Pressing a button twice is one act; the server knows it too. Another button of the form is another act: the
     slip and then the receipt are two files. */
  document.addEventListener("submit", function (event) {
    var form = event.target;
    var act = event.submitter ? event.submitter.name + "=" + event.submitter.value : "form";
    if (form.dataset.sent === act) { event.preventDefault(); return; }
    form.dataset.sent = act;
    /* What takes minutes says that it runs, and is not asked for twice meanwhile. */
    var running = form.querySelector("[data-running]");
    if (running) { running.textContent = running.dataset.running; return; }
    window.setTimeout(function () { delete form.dataset.sent; }, 5000);
  });
}());
