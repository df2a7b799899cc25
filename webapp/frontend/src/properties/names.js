// The name of an element in the other languages of staff. It is kept beside the diagram, by the Finnish name, so that a
// name has one translation in all processes; it is saved at once and has no undo.
import { getBusinessObject, isAny } from 'bpmn-js/lib/util/ModelUtil';

const finnish = (element) => (getBusinessObject(element).name ?? '').split(/\s+/).filter(Boolean).join(' ');
const shown = (element) => Boolean(finnish(element)) &&
  isAny(element, ['bpmn:FlowNode', 'bpmn:SequenceFlow', 'bpmn:Lane', 'bpmn:Participant']);

export const NAMES = [
  { language: 'sv', label: 'Name in Swedish' },
  { language: 'en', label: 'Name in English' }
];

export function named({ language, label }, names) {
  return {
    id: `vireille-name-${language}`, kind: 'text', label, why: 'The same name has the same translation everywhere', on: shown,
    read: (element) => names.read(language, finnish(element)),
    write: (element, words) => names.write(language, finnish(element), words)
  };
}

export class Names {
  // page: the names by language, the address and the token.
  constructor(page, refused) {
    this.page = page;
    this.refused = refused;
  }

  read(language, name) {
    return this.page.names[language]?.[name] ?? '';
  }

  async write(language, name, words) {
    if (!name || this.read(language, name) === words) return;
    this.page.names[language] = { ...this.page.names[language], [name]: words };
    const answer = await fetch(this.page.urls.names, {
      method: 'PUT',
      headers: { 'Content-Type': 'application/json', 'X-Form-Token': this.page.token, Accept: 'application/json' },
      body: JSON.stringify({ language, name, words })
    }).catch(() => undefined);
    if (answer?.ok) return;
    const isJson = answer?.headers.get('Content-Type')?.includes('json');
    this.refused(isJson ? (await answer.json()).message : '');
  }
}
