/* Read aloud what stands beside the button: only with a voice of the device itself. Others send the text away. */
(function () {
  "use strict";
  var speech = window.speechSynthesis;
  var buttons = Array.from(document.querySelectorAll("[data-listen]"));
  if (!speech || !buttons.length) { return; }
  var language = document.documentElement.lang.split("-")[0];

  function voice() {
    return speech.getVoices().find(function (each) { return each.localService && each.lang.split(/[-_]/)[0] === language; });
  }

  function show() {
    var isHeard = Boolean(voice());
    buttons.forEach(function (button) { button.hidden = !isHeard; });
  }

  function words(place) {
    var all = Array.from(place.querySelectorAll("h1, h3, p, legend, .field-label, .hint, .choice"));
    /* A legend that holds the heading is read once. */
    return all.filter(function (each) { return !each.querySelector("h1"); }).map(function (each) { return each.textContent.trim(); }).join(". ");
  }

  buttons.forEach(function (button) {
    button.addEventListener("click", function () {
      speech.cancel();
      var spoken = new SpeechSynthesisUtterance(words(button.closest("[data-spoken]")));
      spoken.voice = voice();
      spoken.lang = spoken.voice.lang;
      speech.speak(spoken);
    });
  });
  window.addEventListener("pagehide", function () { speech.cancel(); });
  show();
  if (speech.addEventListener) { speech.addEventListener("voiceschanged", show); }
}());
