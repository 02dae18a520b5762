// SPDX-License-Identifier: Apache-2.0
// Sessions: who publishes and plays, how it goes, and buttons that record or end one.

import { $, h, setText } from '../common.js';
import { api } from './api.js';
import { record as beginRecording } from './recordings.js';
import { Pager, Table, ask, say } from './ui.js';
import { streamHash } from './streams.js';
import { client, codecs, many, milliseconds, percent, rate, span } from './words.js';

const PER_PAGE = 50;

const SOME_LOSS = 1; // percent
const BAD_LOSS = 5;

function clientCell(session) {
  const second = [session.ip, { websocket: 'WebSocket', whip: 'WHIP', whep: 'WHEP' }[session.transport]];
  if (session.user_id) second.push(`user ${session.user_id}`);
  const lines = [h('span', { className: 'strong', title: session.user_agent }, client(session.user_agent)), h('span', { className: 'second' }, second.join(' · '))];
  if (session.referer && !session.referer.startsWith(`${location.origin}/`)) lines.push(h('span', { className: 'second' }, `on ${session.referer}`));
  return lines;
}

function roleCell(session, withName) {
  const role = `${session.type === 'publish' ? 'Publisher' : 'Player'}${session.state === 'connecting' ? ', connecting' : ''}`;
  return withName
    ? [h('a', { className: 'strong', href: streamHash(session.name) }, session.name), h('span', { className: 'second' }, role)]
    : [h('span', { className: 'strong' }, role)];
}

function layer(session, tracks) {
  if (session.type === 'publish') return '–';
  const size = tracks.find((t) => t.track_id === session.layer && t.width);
  const name = size ? `${size.width} × ${size.height}` : (session.layer === 'v1' ? 'v1, the best' : session.layer) || 'no picture';
  return session.thinned ? `${name}, thinned` : name;
}

async function end(session, again) {
  const who = session.type === 'publish' ? 'publisher' : 'player';
  const text = `${client(session.user_agent)} at ${session.ip}, ${who} of ${session.name}. It is told so, and may come back as long as it is allowed.`;
  if (!(await ask(`End this ${who}’s session?`, text, 'End session'))) return;
  try {
    await api.endSession(session.id);
    say('The session has ended.');
  } catch (error) {
    say(error.status === 404 ? 'The session had ended already.' : error.message);
  }
  again();
}

/** A table of sessions; without names for those of one stream. */
export class SessionTable {
  constructor(place, caption, withName, again) {
    this.tracks = [];
    const columns = [
      { label: withName ? 'Stream' : 'Role', wide: true, fill: (s) => roleCell(s, withName) },
      { label: 'Client', wide: true, fill: clientCell },
      { label: 'Codecs', fill: (s) => codecs(s.codec) || '–' },
      { label: 'Bitrate', number: true, fill: (s) => rate(s.bitrate) },
      { label: 'Loss', number: true, fill: (s, cell) => {
        cell.classList.toggle('bad-word', s.loss >= BAD_LOSS);
        cell.classList.toggle('warn-word', s.loss >= SOME_LOSS && s.loss < BAD_LOSS);
        return percent(s.loss);
      } },
      { label: 'Round trip', number: true, fill: (s) => milliseconds(s.rtt) },
      { label: 'Layer', fill: (s) => layer(s, this.tracks) },
      { label: 'Age', number: true, fill: (s) => span(s.age) },
      { label: 'What to do', quiet: true, wide: true, fill: (s, cell) => {
        if (cell.firstChild) return undefined;
        const record = h('button', { type: 'button', className: 'small-button', ariaLabel: `Record session of ${client(s.user_agent)} at ${s.ip}` }, 'Record');
        record.addEventListener('click', () => beginRecording(s, again));
        const button = h('button', { type: 'button', className: 'small-button', ariaLabel: `End session of ${client(s.user_agent)} at ${s.ip}` }, 'End');
        button.addEventListener('click', () => end(s, again));
        return h('div', { className: 'pair-of-buttons' }, record, button);
      } },
    ];
    this.table = new Table(place, caption, columns, (s) => s.id);
  }

  /** @param tracks of the stream, when it is one: then layers are shown by their size */
  show(sessions, words, tracks = []) {
    this.tracks = tracks;
    this.table.show(sessions, words);
  }
}

/** The view #sessions. */
export class Sessions {
  constructor(again) {
    this.table = new SessionTable($('sessions'), 'Sessions', true, again);
    this.pager = new Pager($('sessions-pager'), again);
    $('order').addEventListener('change', () => {
      this.pager.cursor = '';
      again();
    });
  }

  async load() {
    const page = await api.sessions({ sort: $('order').value, limit: PER_PAGE, cursor: this.pager.cursor });
    this.table.show(page.sessions, 'Nobody publishes or plays at the moment. Whoever does shows here at once.');
    this.pager.show(page);
    setText($('sessions-count'), page.estimated_count > 0 ? many(page.estimated_count, 'session') : '');
  }
}
