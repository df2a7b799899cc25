/* Asks the browser for a passkey, puts its answer into the form beside the button, and posts the form. */
(function () {
  "use strict";
  var supported = Boolean(window.PublicKeyCredential && window.navigator.credentials);

  function bytes(text) {
    var plain = window.atob(text.replace(/-/g, "+").replace(/_/g, "/"));
    return Uint8Array.from(plain, function (each) { return each.charCodeAt(0); });
  }

  function text(buffer) {
    var plain = "";
    new Uint8Array(buffer).forEach(function (each) { plain += String.fromCharCode(each); });
    return window.btoa(plain).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
  }

  function described(each) { return Object.assign({}, each, { id: bytes(each.id) }); }

  /* The browser takes and gives bytes; they travel as text. */
  function read(options) {
    options.challenge = bytes(options.challenge);
    if (options.user) { options.user.id = bytes(options.user.id); }
    if (options.excludeCredentials) { options.excludeCredentials = options.excludeCredentials.map(described); }
    if (options.allowCredentials) { options.allowCredentials = options.allowCredentials.map(described); }
    return options;
  }

  function written(credential) {
    var response = {};
    ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"].forEach(function (name) {
      if (credential.response[name]) { response[name] = text(credential.response[name]); }
    });
    return JSON.stringify({
      id: credential.id,
      rawId: text(credential.rawId),
      type: credential.type,
      response: response,
      clientExtensionResults: credential.getClientExtensionResults()
    });
  }

  function prepare(form) {
    var button = document.querySelector("[data-passkey-button='" + form.id + "']");
    var problem = document.querySelector("[data-passkey-problem='" + form.id + "']");
    var busy = false;

    function say(sentence) {
      problem.querySelector("span").textContent = sentence;
      problem.hidden = !sentence;
    }

    if (!supported) { say(form.dataset.unsupported); return; }
    button.hidden = false;
    button.addEventListener("click", function () {
      if (busy) { return; }
      busy = true;
      say("");
      window.fetch(form.dataset.options, { credentials: "same-origin" }).then(function (answer) {
        if (!answer.ok) { throw new Error(answer.status); }
        return answer.json();
      }).then(function (options) {
        var asked = { publicKey: read(options) };
        var browser = window.navigator.credentials;
        return form.dataset.passkey === "make" ? browser.create(asked) : browser.get(asked);
      }).then(function (credential) {
        form.elements.answer.value = written(credential);
        form.submit();
      }).catch(function (error) {
        busy = false;
        say(error.name === "InvalidStateError" ? form.dataset.known : form.dataset.stopped);
      });
    });
  }

  document.querySelectorAll("form[data-passkey]").forEach(prepare);
}());
