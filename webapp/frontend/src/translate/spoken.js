// Translates the words that an editor writes into the page without asking, as they appear.
const ATTRIBUTES = ['title', 'aria-label', 'placeholder'];

// root: where to listen; places: which parts of it speak for the editor, not for the person who edits.
export function speak(root, places, dictionary) {
  if (!dictionary) return;

  const translation = (text) => dictionary[text.trim()] ?? phrase(text.trim(), dictionary);

  function translateText(node) {
    const words = node.parentElement?.closest(places) && translation(node.data);
    if (words && words !== node.data) node.data = words;
  }

  function translateElement(element) {
    if (!element.closest(places)) return;
    for (const name of ATTRIBUTES) {
      const words = element.hasAttribute(name) && translation(element.getAttribute(name));
      if (words && words !== element.getAttribute(name)) element.setAttribute(name, words);
    }
  }

  function translateTree(node) {
    if (node.nodeType === Node.TEXT_NODE) return translateText(node);
    if (node.nodeType !== Node.ELEMENT_NODE) return undefined;
    translateElement(node);
    return node.childNodes.forEach(translateTree);
  }

  new MutationObserver((records) => {
    for (const { type, target, addedNodes } of records)
      if (type === 'characterData') translateText(target);
      else if (type === 'attributes') translateElement(target);
      else addedNodes.forEach(translateTree);
  }).observe(root, { subtree: true, childList: true, characterData: true, attributes: true, attributeFilter: ATTRIBUTES });
  translateTree(root);
}

// "Create a Text field element", "Remove Text field", "List contains 3 items".
function phrase(text, dictionary) {
  const created = text.match(/^Create an? (.+) element$/);
  if (created) return `${dictionary.Create}: ${dictionary[created[1]] ?? created[1]}`;
  const removed = text.match(/^Remove (.+)$/);
  if (removed) return `${dictionary.Remove}: ${dictionary[removed[1]] ?? removed[1]}`;
  const counted = text.match(/^List contains (\d+) items?$/);
  return counted && dictionary['List contains {count} items'].replace('{count}', counted[1]);
}
