// What is copied in one diagram can be put into another: the copy is kept for this window while it is open.
const KEPT = 'vireille-copied';

export default function Copying(eventBus, clipboard, moddle) {
  eventBus.on('copyPaste.elementsCopied', ({ tree }) => sessionStorage.setItem(KEPT, JSON.stringify(tree)));
  eventBus.once('import.done', () => {
    const kept = sessionStorage.getItem(KEPT);
    if (kept) clipboard.set(JSON.parse(kept, revive(moddle)));
  });
}
Copying.$inject = ['eventBus', 'clipboard', 'moddle'];

// JSON gives plain objects; the editor needs elements of its model, and one element where several speak of it. Their ids count
// as taken, since ids are common to all diagrams: what is put in gets its own.
function revive(moddle) {
  const made = new Map();
  return (key, value) => {
    if (typeof value?.$type !== 'string') return value;
    const { $type, ...attributes } = value;
    if (value.id && made.has(value.id)) return made.get(value.id);
    const element = moddle.create($type, attributes);
    if (value.id) {
      made.set(value.id, element);
      if (!moddle.ids.assigned(value.id)) moddle.ids.claim(value.id, element);
    }
    return element;
  };
}
