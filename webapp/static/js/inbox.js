/* Keys of the lists. Each key has a link or a button as well, and the page lists them under "?".
   Where the person has turned them off there is no dialog, and no key acts. */
(function () {
  "use strict";
  var rows = Array.prototype.slice.call(document.querySelectorAll("[data-task]"));
  var dialog = document.querySelector("[data-keys]");
  var opener = document.querySelector("[data-keys-open]");
  var picks = Array.prototype.slice.call(document.querySelectorAll("[data-pick]"));
  var bulk = document.querySelector("[data-bulk]");

  // The questions about chosen tasks come into sight with the first choice.
  picks.forEach(function (pick) {
    pick.addEventListener("change", function () {
      if (bulk && picks.some(function (each) { return each.checked; })) { bulk.open = true; }
    });
  });

  if (!dialog || typeof dialog.showModal !== "function") { return; }

  function show() { if (!dialog.open) { dialog.showModal(); } }

  if (opener) {
    opener.addEventListener("click", function (event) { event.preventDefault(); show(); });
  }

  function place() {
    return rows.findIndex(function (row) { return row.contains(document.activeElement); });
  }

  function link(row) { return row.querySelector("a.task-name"); }

  function go(step) {
    if (!rows.length) { return; }
    var next = Math.min(Math.max(place() + step, 0), rows.length - 1);
    link(rows[next]).focus();
  }

  function press(found) { if (found) { found.click(); } }

  var keys = {
    j: function () { go(1); },
    k: function () { go(place() < 0 ? 1 : -1); },
    o: function (row) { if (row) { link(row).click(); } },
    c: function (row) { if (row) { press(row.querySelector("[data-claim]")); } },
    x: function (row) { if (row) { press(row.querySelector("[data-pick]")); } },
    n: function () { press(document.querySelector("[data-next]")); },
    "/": function () {
      var search = document.getElementById("site-search");
      if (search) { search.focus(); }
    },
    "?": show
  };

  document.addEventListener("keydown", function (event) {
    if (event.ctrlKey || event.metaKey || event.altKey || dialog.open) { return; }
    if (event.target.matches("input:not([type=checkbox]), textarea, select, [contenteditable]")) { return; }
    if (!Object.prototype.hasOwnProperty.call(keys, event.key)) { return; }
    keys[event.key](rows[place()]);
    event.preventDefault();
  });
}());
