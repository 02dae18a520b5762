// SPDX-License-Identifier: Apache-2.0
// Parts of the administration page that several views use: lists that change in place, tables, pages of a list, a question, a short word.

import { $, copyField, face, h, setText } from '../common.js';

/** Elements for items, kept by key and moved only where needed, so that focus and selection stay. `make(item)` gives {element, show(item)}. */
export class Keyed {
  constructor(parent, keyOf, make) {
    this.parent = parent;
    this.keyOf = keyOf;
    this.make = make;
    this.rows = new Map();
  }

  show(items) {
    const keys = new Set(items.map(this.keyOf));
    for (const [key, row] of this.rows) {
      if (keys.has(key)) continue;
      row.element.remove();
      this.rows.delete(key);
    }
    let place = this.parent.firstElementChild;
    for (const item of items) {
      const key = this.keyOf(item);
      if (!this.rows.has(key)) this.rows.set(key, this.make(item));
      const row = this.rows.get(key);
      row.show(item);
      if (row.element === place) place = place.nextElementSibling;
      else this.parent.insertBefore(row.element, place);
    }
  }
}

/**
 * A table whose rows become cards on a narrow screen. Columns: {label, number (aligned right), wide (a whole line of a card), quiet (label for
 * screen readers only), fill(item, cell)}; fill gives text, an element or a list of them, or undefined when it has seen to the cell itself.
 * The roles are said again because browsers forget them when CSS lays a table out otherwise.
 */
export class Table {
  /** @param small whether it is narrow enough to stay a table on every screen */
  constructor(place, caption, columns, keyOf, small = false) {
    const head = h('tr', { role: 'row' }, ...columns.map((column) => h('th', { role: 'columnheader', scope: 'col', className: column.number ? 'number' : '' },
      h('span', { className: column.quiet ? 'visually-hidden' : '' }, column.label))));
    this.body = h('tbody', { role: 'rowgroup' });
    this.table = h('table', { role: 'table', className: small ? 'table small-table' : 'table' },
      h('caption', { className: 'visually-hidden' }, caption), h('thead', { role: 'rowgroup' }, head), this.body);
    this.empty = h('p', { className: 'nothing' });
    this.empty.hidden = true;
    place.append(this.table, this.empty);
    this.rows = new Keyed(this.body, keyOf, () => {
      const cells = columns.map((column) => h('td', { role: 'cell', className: column.number ? 'number' : column.wide ? 'wide' : '', 'data-label': column.quiet ? '' : column.label }));
      const element = h('tr', { role: 'row' }, ...cells);
      return { element, show: (item) => columns.forEach((column, i) => {
        const content = column.fill(item, cells[i]);
        if (content !== undefined) put(cells[i], [content].flat());
      }) };
    });
  }

  show(items, words = '') {
    this.rows.show(items);
    this.table.hidden = items.length === 0;
    this.empty.hidden = items.length > 0;
    setText(this.empty, words);
  }
}

/** Replaces what an element holds when it differs, so that focus and selection stay while it does not. */
function put(element, nodes) {
  const old = element.childNodes;
  const isSame = (node, i) => (typeof node === 'string' ? old[i].nodeType === Node.TEXT_NODE && old[i].data === node : old[i].isEqualNode(node));
  if (old.length !== nodes.length || !nodes.every(isSame)) element.replaceChildren(...nodes);
}

/** Pairs of name and value in a dl; anything with no value is left out. */
export function facts(dl, pairs) {
  put(dl, pairs.filter(([, value]) => value !== null && value !== undefined && value !== '')
    .flatMap(([name, value]) => [h('dt', {}, name), h('dd', {}, value)]));
}

/** Buttons to the next page and the one before, by the API's cursors. */
export class Pager {
  constructor(place, onTurn) {
    this.cursor = '';
    this.before = h('button', { type: 'button' }, 'Previous page');
    this.next = h('button', { type: 'button' }, 'Next page');
    this.place = place;
    for (const button of [this.before, this.next]) {
      button.addEventListener('click', () => {
        this.cursor = button.dataset.cursor;
        onTurn();
      });
    }
    place.append(this.before, this.next);
  }

  show(page) {
    for (const [button, cursor] of [[this.before, page.prev], [this.next, page.next]]) {
      button.disabled = !cursor;
      button.dataset.cursor = cursor || '';
    }
    this.place.hidden = !page.prev && !page.next;
  }
}

/**
 * Asks yes or no, and perhaps for something besides: each field is {label, hint, and what its input has}. Resolves to whether it was yes; with
 * fields to what they hold, or false.
 */
export function ask(title, text, yes, fields = []) {
  const dialog = $('ask');
  const inputs = fields.map(({ label, hint, ...input }, i) => h('input', { id: `ask-${i}`, autocomplete: 'off', ...input, ...(hint ? { 'aria-describedby': `ask-${i}-hint` } : {}) }));
  $('ask-fields').replaceChildren(...fields.map(({ label, hint }, i) => h('div', { className: 'field' },
    h('label', { htmlFor: `ask-${i}` }, label), inputs[i], ...(hint ? [h('p', { className: 'hint', id: `ask-${i}-hint` }, hint)] : []))));
  setText($('ask-title'), title);
  setText($('ask-text'), text);
  setText($('ask-yes'), yes);
  dialog.returnValue = '';
  dialog.showModal();
  (inputs[0] || $('ask-no')).focus();
  return new Promise((resolve) => {
    dialog.addEventListener('close', () => resolve(dialog.returnValue === 'yes' && (fields.length === 0 || inputs.map((input) => input.value.trim()))), { once: true });
  });
}

let hushTimer = 0;

/** Says that something was done, for some seconds. */
export function say(text) {
  clearTimeout(hushTimer);
  setText($('said'), text);
  hushTimer = setTimeout(() => setText($('said'), ''), 6000);
}

let fields = 0;

/** A read-only field with its label, a button that copies it and perhaps a sentence below. */
export function copyable(label, value, hint = '') {
  const id = `copy-${++fields}`;
  const input = h('input', { id, className: 'mono', readOnly: true, value });
  const button = h('button', { type: 'button', ariaLabel: `Copy ${label}` });
  face(button, 'copy', 'Copy');
  button.addEventListener('click', () => copyField(input, button));
  const field = h('div', { className: 'field' }, h('label', { htmlFor: id }, label), h('div', { className: 'row' }, h('div', { className: 'grow' }, input), button));
  if (hint) {
    field.append(h('p', { className: 'hint', id: `${id}-hint` }, hint));
    input.setAttribute('aria-describedby', `${id}-hint`);
  }
  return field;
}
