// SPDX-License-Identifier: Apache-2.0
// The dialog that adds and edits a stream. It sends what was changed only, and shows what the API says beside the field it is about.

import { $, nameProblem, notice, setText } from '../common.js';
import { api } from './api.js';

const NUMBERS = ['max_bitrate', 'min_bitrate', 'source_timeout', 'publisher_grace', 'key_frame_interval'];
const PASSWORDS = ['password', 'play_password'];
const WHOLE = ['max_bitrate', 'min_bitrate'];
/** Where 0 means "none said". */
const ZERO_IS_EMPTY = ['max_bitrate', 'min_bitrate', 'key_frame_interval'];
const INPUT_FIELDS = ['prefer_codec', 'min_bitrate', 'max_bitrate', 'webrtc_abr', 'transport', 'source_timeout', 'key_frame_interval'];
const FIELDS = ['name', ...PASSWORDS, ...INPUT_FIELDS.filter((key) => key !== 'webrtc_abr'), 'publisher_grace'];

const NAME_HINT = 'Viewers open the stream by it. Letters, digits and . _ ~ - with / between parts.';

const field = (key) => $(`f-${key}`);
const hint = (key) => $(`f-${key}-hint`);

export class StreamForm {
  /** @param onSaved is given the stream as the API answers it, and whether it is new */
  constructor(onSaved) {
    this.onSaved = onSaved;
    this.usualHints = Object.fromEntries(FIELDS.map((key) => [key, hint(key).textContent]));
    this.stream = null;
    $('stream-form').addEventListener('submit', (event) => {
      event.preventDefault();
      this.save();
    });
    $('form-cancel').addEventListener('click', () => $('stream-dialog').close());
    $('f-show').addEventListener('change', () => this.showPasswords());
    for (const key of FIELDS) field(key).addEventListener('input', () => this.clearError(key));
    for (const key of PASSWORDS) field(`${key}-none`).addEventListener('change', () => (field(key).disabled = field(`${key}-none`).checked));
  }

  /** @param stream to edit, or null to add one */
  open(stream) {
    this.stream = stream;
    const input = stream ? stream.inputs[0] : { prefer_codec: '', webrtc_abr: true, transport: 'both' };
    setText($('form-title'), stream ? `Edit ${stream.name}` : 'Add a stream');
    setText($('form-save'), stream ? 'Save' : 'Add');
    field('name').value = stream ? stream.name : '';
    field('name').readOnly = Boolean(stream);
    this.usualHints.name = stream ? 'A stream keeps its name.' : NAME_HINT;
    field('enabled').checked = !stream || !stream.disabled;
    field('prefer_codec').value = input.prefer_codec.replaceAll(',', ', ');
    field('webrtc_abr').checked = input.webrtc_abr;
    field('transport').value = input.transport;
    for (const key of NUMBERS) field(key).value = this.shownNumber(key, stream);
    for (const key of PASSWORDS) {
      const isSet = Boolean(stream && stream[`${key}_set`]);
      field(key).value = '';
      field(key).disabled = false;
      field(`${key}-none`).checked = false;
      $(`f-${key}-none-field`).hidden = !isSet;
      this.usualHints[key] = isSet ? 'One is set. Empty: it stays.' : 'Empty: none is needed.';
    }
    field('show').checked = false;
    this.showPasswords();
    $('f-options').open = Boolean(stream);
    this.clearErrors();
    $('stream-dialog').showModal();
    field(stream ? 'enabled' : 'name').focus();
  }

  shownNumber(key, stream) {
    if (!stream) return '';
    const value = key === 'publisher_grace' ? stream[key] : stream.inputs[0][key];
    return value === undefined || (value === 0 && ZERO_IS_EMPTY.includes(key)) ? '' : String(value);
  }

  showPasswords() {
    for (const key of PASSWORDS) field(key).type = field('show').checked ? 'text' : 'password';
  }

  clearErrors() {
    notice($('form-notice'), '');
    for (const key of FIELDS) this.clearError(key);
  }

  clearError(key) {
    field(key).removeAttribute('aria-invalid');
    hint(key).classList.remove('bad');
    setText(hint(key), this.usualHints[key]);
  }

  fail(key, words) {
    if (field(key).closest('details')) $('f-options').open = true;
    field(key).setAttribute('aria-invalid', 'true');
    hint(key).classList.add('bad');
    setText(hint(key), words);
    field(key).focus();
    return false;
  }

  checks() {
    this.clearErrors();
    const problem = this.stream ? '' : nameProblem(field('name').value.trim());
    if (problem) return this.fail('name', problem);
    for (const key of NUMBERS) {
      const text = field(key).value.trim();
      const isNumber = WHOLE.includes(key) ? /^\d{1,9}$/.test(text) : /^\d{1,9}([.,]\d{1,3})?$/.test(text);
      if (text && !isNumber) return this.fail(key, WHOLE.includes(key) ? 'A whole number, such as 2500.' : 'A number, such as 5 or 0.5.');
    }
    const [most, least] = ['max_bitrate', 'min_bitrate'].map((key) => Number(field(key).value));
    if (most > 0 && most < least) return this.fail('max_bitrate', 'It is below the lowest bitrate.');
    return true;
  }

  /** What differs from the stream as it was, in the API's form. Empty fields put the default back. */
  change() {
    const change = {};
    const input = {};
    const before = this.stream;
    for (const key of NUMBERS) {
      const text = field(key).value.trim().replace(',', '.');
      if (text === this.shownNumber(key, before)) continue;
      const target = key === 'publisher_grace' ? change : input;
      target[key] = text === '' ? null : Number(text);
    }
    const old = before ? before.inputs[0] : { prefer_codec: '', webrtc_abr: true, transport: 'both' };
    const now = {
      prefer_codec: field('prefer_codec').value.toLowerCase().split(/[\s,]+/).filter(Boolean).join(','),
      webrtc_abr: field('webrtc_abr').checked,
      transport: field('transport').value,
    };
    for (const [key, value] of Object.entries(now)) if (value !== old[key]) input[key] = value;
    if (field('enabled').checked === Boolean(before && before.disabled)) change.disabled = !field('enabled').checked;
    for (const key of PASSWORDS) {
      if (field(`${key}-none`).checked) change[key] = ''; // null would be the template's
      else if (field(key).value) change[key] = field(key).value;
    }
    if (!before || Object.keys(input).length > 0) change.inputs = [{ url: 'publish://', ...input }];
    return change;
  }

  async save() {
    if (!this.checks()) return;
    const name = this.stream ? this.stream.name : field('name').value.trim();
    $('form-save').disabled = true;
    try {
      if (!this.stream && (await this.isTaken(name))) return void this.fail('name', 'There is a stream of this name already.');
      const saved = await api.saveStream(name, this.change());
      $('stream-dialog').close();
      this.onSaved(saved, !this.stream);
    } catch (error) {
      this.show(error);
    } finally {
      $('form-save').disabled = false;
    }
  }

  /** PUT of a name that exists would change that stream instead. What a pattern allows may be added all the same. */
  async isTaken(name) {
    const { streams } = await api.streams({ q: name, select: 'name,origin', limit: 1000 });
    return streams.some((stream) => stream.name === name && (stream.origin === 'api' || stream.origin === 'config'));
  }

  /** A refusal's title ends in the field's name and what was expected of it. */
  show(error) {
    const [, key, words] = /([a-z_]+): (expected [^]*)$/.exec(error.message) || [];
    if (error.status === 422 && FIELDS.includes(key)) this.fail(key, `E${words.slice(1)}`);
    else notice($('form-notice'), 'It was not saved', error.message, { bad: true });
  }
}
