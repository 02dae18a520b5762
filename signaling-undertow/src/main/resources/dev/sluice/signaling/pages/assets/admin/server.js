// SPDX-License-Identifier: Apache-2.0
// The server itself: what it is, its configuration and reloads, loops, refusals, errors, counters.

import { $, h, notice, setText } from '../common.js';
import { api } from './api.js';
import { Drain } from './drain.js';
import { Recordings } from './recordings.js';
import { Table, facts, say } from './ui.js';
import { streamHash } from './streams.js';
import { ago, bytes, count, many, refused, seconds, span } from './words.js';

const ADMIN = {
  loopback: 'from this computer only, without a secret', closed: 'closed', token: 'by token', password: 'by user and password',
};

function loopTable(place) {
  return new Table(place, 'Media loops', [
    { label: 'Loop', fill: (loop) => String(loop.index) },
    { label: 'UDP port', fill: (loop) => String(loop.port) },
    { label: 'Sessions', fill: (loop) => count(loop.sessions) },
    { label: 'Load', fill: (loop, cell) => {
      if (!cell.firstChild) {
        cell.append(h('meter', { min: 0, max: 100, high: 75, optimum: 0, ariaLabel: `Load of loop ${loop.index}` }), h('span', {}));
        cell.classList.add('load');
      }
      cell.firstChild.value = loop.busy;
      setText(cell.lastChild, `${loop.busy} %`);
    } },
  ], (loop) => String(loop.index), true);
}

/** The view #server. */
export class Server {
  constructor(again) {
    this.nowMs = 0;
    this.loops = loopTable($('loops'));
    this.refusals = new Table($('refusals'), 'Refused lately', [
      { label: 'What', wide: true, fill: (r) => [h('span', { className: 'strong' }, refused(r.type)), h('span', { className: 'second' }, r.title)] },
      { label: 'Stream', wide: true, fill: (r) => (r.name ? h('a', { href: streamHash(r.name) }, r.name) : '–') },
      { label: 'From', wide: true, fill: (r) => r.ip },
      { label: 'Last', fill: (r) => ago(r.at, this.nowMs) },
      { label: 'Times', number: true, fill: (r) => count(r.count) },
    ], (r) => JSON.stringify([r.at, r.code, r.type, r.name, r.ip, r.title]));
    this.errors = new Table($('errors'), 'Unexpected errors', [
      { label: 'What', wide: true, fill: (e) => e.title },
      { label: 'First', fill: (e) => ago(e.first_at, this.nowMs) },
      { label: 'Last', fill: (e) => ago(e.last_at, this.nowMs) },
      { label: 'Times', number: true, fill: (e) => count(e.count) },
    ], (e) => `${e.title} ${e.first_at}`);
    this.recordings = new Recordings($('recordings'), again);
    this.drain = new Drain(again);
    $('reload').addEventListener('click', () => this.reload(again));
  }

  async reload(again) {
    $('reload').disabled = true;
    try {
      await api.reload();
      say('The config file was read and is in force.');
    } catch (error) {
      say(error.status === 422 ? 'The config file was refused; the old one goes on.' : error.message);
    }
    $('reload').disabled = false;
    again();
  }

  async load({ config, stats, ready }) {
    this.nowMs = stats.now;
    const [recordings, drain] = await Promise.all([api.recordings(), api.drain()]);
    this.recordings.show(recordings.recordings, this.nowMs);
    this.drain.show(drain);
    facts($('about'), [
      ['New sessions', ready === null ? '' : ready ? 'are taken' : 'are not taken now'],
      ['Running for', span(stats.uptime)],
      ['Version', stats.server_version],
      ['Java', stats.java_version],
      ['Encryption', stats.srtp],
      ['Media sockets', stats.io],
      ['Publishers', count(stats.publisher_count)],
      ['Players', count(stats.client_count)],
      ['Media received', bytes(stats.bytes_in)],
      ['Media sent', bytes(stats.bytes_out)],
    ]);
    this.showConfig(config, stats.reload);
    this.loops.show(stats.loops);
    this.refusals.show(stats.refusals, 'Nobody was refused. Wrong passwords, unknown names and full limits would show here.');
    this.errors.show(stats.errors, 'None. Should a media loop meet one, it goes on, and it shows here.');
    facts($('counters'), Object.entries(stats.counters).filter(([, value]) => value !== 0).sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, value]) => [name, count(value)]));
  }

  showConfig(config, reload) {
    facts($('config'), [
      ['Config file', config.config_file || 'none: every name may be published from this computer'],
      ['Streams added here', config.streams_file || 'are not kept, so none can be added'],
      ['Read', ago(reload.last_success_at, this.nowMs)],
      ['Read again', reload.reloads + reload.failures === 0 ? '' : `${many(reload.reloads, 'time')}, ${count(reload.failures)} refused`],
      ['Listens on', [config.listen, config.tls_listen].filter(Boolean).join(', ')],
      ['Certificate', config.tls ? config.tls.certificate : 'self-signed'],
      ['Players wait', `${seconds(config.publisher_grace)} for a publisher’s return`],
      ['Administration', ADMIN[config.admin]],
      ['Names allowed', config.templates.map((template) => template.name).join(', ')],
    ]);
    $('reload').hidden = config.config_file === null;
    const box = $('reload-notice');
    if (reload.last_error) {
      notice(box, 'The config file was refused', `${reload.last_error}. The old one goes on. Mend the file, then read it again.`, { bad: true });
    } else if (reload.restart_needed.length > 0) {
      notice(box, 'A restart is needed', `These were changed in the config file and hold after a restart only: ${reload.restart_needed.join(', ')}.`);
    } else {
      notice(box, '');
    }
  }
}

/** How many things of the server want to be looked at. */
export function troubles(stats) {
  return (stats.reload.last_error ? 1 : 0) + stats.errors.length;
}
