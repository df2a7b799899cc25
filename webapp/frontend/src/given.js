// form-js fills in settings when it opens a form: a group's name and outline, a missing id, its own schema version. They are
// no changes of the owner. A group that names a shared part may have no title: the publish gate refuses it.

const same = (one, other) => JSON.stringify(one) === JSON.stringify(other);

// given: the stored form as text; opened: the same as form-js holds it before the first change. Returned is a function that
// writes a later state: as given where nobody changed it since, and in the order of the given one.
export function asGiven(given, opened) {
  const pairs = new Map();
  const pair = (before, after) => {
    pairs.set(after.id, { before, after });
    after.components?.forEach((child, index) => before.components?.[index] && pair(before.components[index], child));
  };
  pair(JSON.parse(given), opened);

  const restored = (field) => {
    const { before = {}, after = {} } = pairs.get(field.id) ?? {};
    const value = (name) => {
      if (name === 'components' && field.components?.length) return field.components.map(restored);
      return same(field[name], after[name]) ? before[name] : field[name];
    };
    const names = [...new Set([...Object.keys(before), ...Object.keys(field)])];
    return Object.fromEntries(names.map((name) => [name, value(name)]).filter(([, kept]) => kept !== undefined));
  };
  return (form) => JSON.stringify(restored(form), null, 2) + (given.endsWith('\n') ? '\n' : '');
}
