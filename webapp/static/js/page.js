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

  /* Without a network the browser would show a page of its own in place of what was typed. At work offline and behind some
     adapters it believes that there is none: what reaches the server is sent all the same. */
  var ownAddress = document.currentScript.src;
  var isReached = false;
  document.addEventListener("submit", function (event) {
    var form = event.target;
    var button = event.submitter;
    var notice = form.querySelector("[data-no-network]");
    if (!notice) { return; }
    notice.hidden = window.navigator.onLine || isReached;
    isReached = false;
    if (notice.hidden) { return; }
    event.preventDefault();
    event.stopImmediatePropagation();
    window.fetch(ownAddress, { method: "HEAD", cache: "no-store" }).then(function () {
      isReached = true;
      form.requestSubmit(button);
    }, function () { /* The notice stands. */ });
  });

  /* Another choice of files has not been warned of. */
  document.addEventListener("change", function (event) {
    var field = event.target;
    if (!field.matches("input[type=file][data-most]") || document.getElementById(field.dataset.warning).hidden) { return; }
    document.getElementById(field.dataset.warning).hidden = true;
    field.removeAttribute("aria-invalid");
  });

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

  /* A page that answered a sent form is asked for as a page from now on: Back and a reload send nothing twice. */
  var isAnswer = "answer" in document.body.dataset;
  if (isAnswer) { window.history.replaceState(window.history.state, "", window.location.href); }

  /* What a form of the staff without a draft holds stands only on its page: from the first key on, or from the beginning
     where the page answers with what was sent, refused or not. The browser asks before it goes. */
  var unkeptForms = Array.from(document.querySelectorAll("form[data-unkept]"));
  var unkept = new Set();
  unkeptForms.forEach(function (form) {
    form.addEventListener("input", function () { unkept.add(form); });
    form.addEventListener("submit", function () { unkept.delete(form); });
  });
  var wrong = "main form:not([data-draft]) [aria-invalid=true], main form:not([data-draft]) .error";
  var isUnsent = isAnswer && Boolean(unkeptForms.length || document.querySelector(wrong));

  /* What was sent is sent anew by its own form, the one with the page's address. A form of the header, or another one
     of the page, takes those words away as a link does. */
  function isItsOwn(form) { return form.action.split("#")[0] === window.location.href.split("#")[0]; }
  var isAnyItsOwn = Array.from(document.querySelectorAll("main form")).some(isItsOwn);
  document.addEventListener("submit", function (event) {
    if (event.target.closest("main") && (isItsOwn(event.target) || !isAnyItsOwn)) { isUnsent = false; }
  });
  window.addEventListener("beforeunload", function (event) { if (isUnsent || unkept.size) { event.preventDefault(); } });

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
