/* Leave quickly: the button works without this. With it the page goes blank at once, the visit is
   replaced in the history of this tab, and Shift pressed three times within five seconds does the same. */
(function () {
  "use strict";
  var ways = document.querySelectorAll("[data-leave]");
  if (!ways.length) { return; }
  var form = Array.from(ways).map(function (way) { return way.form; }).find(Boolean);
  var address = form ? form.action : ways[0].href;

  /* An address that is typed begins another visit, and no page of it knows the first: the name of the tab, which goes with it
     to no other site, lists the visits that began in it. A visit opens nothing. */
  var named = document.querySelector("input[name=visit]");
  var here = named ? named.value : new URLSearchParams(window.location.search).get("visit");
  var visits = window.name.split(" ").filter(function (each) { return /^[\w-]{32}$/.test(each) && each !== here; });
  window.name = visits.concat(here || []).slice(-8).join(" ");

  /* In the middle of a form, ask the server to destroy what has no code; the page does not wait for it. */
  function leave(event) {
    if (event) { event.preventDefault(); }
    document.title = " ";
    document.documentElement.hidden = true;
    if (form) { navigator.sendBeacon(address, new URLSearchParams(new FormData(form))); }
    visits.forEach(function (each) {
      navigator.sendBeacon(address.split("?")[0], new URLSearchParams({ visit: each }));
    });
    window.name = "";
    window.location.replace(address);
  }

  ways.forEach(function (way) { way.addEventListener("click", leave); });

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
