// What the editors say, in the page's language. English is what they say by themselves.
import fi from './fi.json';
import formsFi from './forms.fi.json';
import formsSv from './forms.sv.json';
import sv from './sv.json';
import tablesFi from './tables.fi.json';
import tablesSv from './tables.sv.json';

export const DICTIONARIES = { fi: { ...tablesFi, ...formsFi, ...fi }, sv: { ...tablesSv, ...formsSv, ...sv } };

// Collected so that a test can ask which texts nobody has translated yet.
const missing = (globalThis.untranslated = new Set());

export function translation(language) {
  const dictionary = DICTIONARIES[language];
  const translate = (text, values = {}) => {
    const found = dictionary?.[text];
    if (dictionary && found === undefined) missing.add(text);
    return (found ?? text).replace(/\{([^}]+)\}/g, (whole, name) => translated(values[name]) ?? whole);
  };
  const translated = (value) => (typeof value === 'string' ? dictionary?.[value] ?? value : value);
  return { module: { translate: ['value', translate] }, translate, dictionary };
}
