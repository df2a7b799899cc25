// A part that several forms share, in the place where a form includes it: its title and questions, not to be edited here.
import { h } from 'preact';

// parts: what each part asks, where else it is used, and where it is edited, by key.
export function sharedParts(parts, path, translate) {
  const link = ({ name, place }) => h('a', { href: place, lang: 'fi' }, name);

  function Block({ part: key }) {
    const part = parts[key];
    if (!part) {
      return h('div', { class: 'fjs-form-field shared-part' }, h('p', { class: 'shared-part-kind' }, translate('Shared part')),
        h('p', { class: 'shared-part-title' }, key), h('p', null, translate('There is no such part.')));
    }
    const others = part.used_in.filter((each) => each.path !== path);
    return h('div', { class: 'fjs-form-field shared-part' },
      h('p', { class: 'shared-part-kind' }, translate('Shared part')),
      h('p', { class: 'shared-part-title', lang: 'fi' }, part.name),
      h('ul', { class: 'shared-part-questions', lang: 'fi' }, part.questions.map((question) => h('li', null, question))),
      others.length > 0 && h('p', { class: 'shared-part-users' }, translate('Also used by:'), ' ',
        others.flatMap((each, index) => (index ? [', ', link(each)] : [link(each)]))),
      h('p', null, h('a', { href: part.place }, translate('Open the part'))));
  }

  // In place of form-js's own group, which would offer room for questions of this form.
  function SharedParts(formFields, eventBus) {
    const Group = formFields.get('group');
    const Shown = (props) => (props.field.properties?.part ? h(Block, { part: props.field.properties.part }) : h(Group, props));
    Shown.config = Group.config;
    formFields.register('group', Shown);
    // A part has its own title. form-js's title field writes the group's old one back when a chosen part removes the field.
    eventBus.on('commandStack.formField.edit.preExecute', ({ context }) => {
      const { formField, properties } = context;
      if ((properties.properties ?? formField.properties)?.part) context.properties = { ...properties, label: undefined };
    });
  }
  SharedParts.$inject = ['formFields', 'eventBus'];
  return { __init__: ['sharedParts'], sharedParts: ['type', SharedParts] };
}
