/* Leave quickly: the button works as a link without this. With it the page goes blank at once, the visit is
   replaced in the history of this tab, and Shift pressed three times within five seconds does the same. */
(function () {
  "use strict";
  var button = document.querySelector("[data-leave]");
  if (!button) { return; }

  function leave(event) {
    if (event) { event.preventDefault(); }
    document.title = " ";
    document.documentElement.hidden = true;
    window.location.replace(button.href);
  }

  button.addEventListener("click", leave);

  var presses = [];
  document.addEventListener("keyup", function (event) {
    if (event.key !== "Shift") { presses = []; return; }
    var now = Date.now();
    presses = presses.filter(function (moment) { return now - moment < 5000; });
    presses.push(now);
    if (presses.length >= 3) { leave(); }
  });
  document.addEventListener("keydown", function (event) {
    if (event.key !== "Shift") { presses = []; }
  });

  /* A page kept alive by the back button would show what was written on it. */
  window.addEventListener("pageshow", function (event) {
    if (event.persisted) { window.location.reload(); }
  });
}());
