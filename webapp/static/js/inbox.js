/* Keys of the list: j and k go down and up, o opens, c takes. Each has a link or button as well. */
(function () {
  "use strict";
  var rows = Array.prototype.slice.call(document.querySelectorAll("[data-task]"));
  var hint = document.querySelector("[data-keys]");
  if (!rows.length) { return; }
  if (hint) { hint.hidden = false; }

  function place() {
    return rows.findIndex(function (row) { return row.contains(document.activeElement); });
  }

  function go(step) {
    var next = Math.min(Math.max(place() + step, 0), rows.length - 1);
    rows[next].querySelector("a").focus();
  }

  document.addEventListener("keydown", function (event) {
    if (event.ctrlKey || event.metaKey || event.altKey) { return; }
    if (/^(INPUT|TEXTAREA|SELECT)$/.test(event.target.tagName)) { return; }
    var current = rows[place()];
    if (event.key === "j") { go(1); }
    else if (event.key === "k") { go(place() < 0 ? 1 : -1); }
    else if (event.key === "o" && current) { current.querySelector("a").click(); }
    else if (event.key === "c" && current) {
      var take = current.querySelector("[data-claim]");
      if (take) { take.click(); }
    }
    else { return; }
    event.preventDefault();
  });
}());
