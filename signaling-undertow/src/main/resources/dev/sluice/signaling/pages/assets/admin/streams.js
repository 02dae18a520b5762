// SPDX-License-Identifier: Apache-2.0
// The list of streams with the server's totals.

import { $, h, icon, setText, viewers } from '../common.js';
import { api } from './api.js';
import { History, Tiles } from './plot.js';
import { Keyed, Pager } from './ui.js';
import { ago, codecs, count, many, rate, span, track } from './words.js';

const PER_PAGE = 25;
const FIND_AFTER_MS = 250;

export const streamHash = (name) => `#streams/${encodeURIComponent(name)}`;

/** The state of a stream: a word for the eye, a class, and a sentence. */
export function stateOf(stream) {
  const { stats } = stream;
  if (stats.alive) return ['Live', 'on', stats.lifetime === null ? '' : `for ${span(stats.lifetime / 1000)}`];
  if (stream.disabled) return ['Closed', 'off', 'published input is not accepted'];
  if (stats.status === 'error') return ['Refused', 'error', stats.error || 'the last publisher was refused'];
  return ['Waiting', 'off', 'nobody publishes now'];
}

function tracksInWords(stats) {
  const all = stats.media_info ? stats.media_info.tracks : [];
  const pictures = all.filter((t) => t.content === 'video');
  const parts = [];
  if (pictures.length > 0) parts.push(track(pictures[0]));
  if (pictures.length > 1) parts.push(many(pictures.length, 'layer'));
  return [...parts, ...all.filter((t) => t.content === 'audio').map((t) => codecs(t.codec))];
}

class Row {
  constructor({ name }) {
    this.plot = new History(500, rate);
    this.dot = h('span', { className: 'dot' });
    this.meta = h('div', { className: 'meta' });
    this.rate = h('span', { className: 'chip' });
    this.players = h('span', {});
    this.link = h('a', { className: 'button' });
    this.numbers = h('div', { className: 'numbers' }, this.plot.element, this.rate, h('span', { className: 'chip' }, icon('eye'), this.players));
    this.element = h('li', { className: 'panel stream' },
      h('div', { className: 'what' }, h('div', { className: 'name' }, this.dot, h('a', { href: streamHash(name) }, name)), this.meta),
      this.numbers, this.link);
    this.name = name;
    this.shown = null;
  }

  show({ stream, series, capacity }) {
    const [word, kind, sentence] = stateOf(stream);
    this.dot.className = `dot ${kind}`;
    const parts = [`${word}${sentence ? ` ${kind === 'on' ? '' : '– '}${sentence}` : ''}`, ...tracksInWords(stream.stats)];
    if (stream.password_set || stream.play_password_set) parts.push('password');
    setText(this.meta, parts.join(' · '));
    setText(this.rate, rate(stream.stats.bitrate));
    setText(this.players, viewers(stream.stats.client_count));
    this.plot.show(series ? series.input_bitrate : [], capacity);
    const { alive } = stream.stats;
    this.numbers.hidden = !alive && stream.stats.client_count === 0;
    this.link.hidden = stream.disabled && !alive;
    if (this.shown === alive) return;
    this.shown = alive;
    const to = alive ? 'play' : 'publish';
    this.link.href = `/${to}?stream=${encodeURIComponent(this.name)}`;
    this.link.ariaLabel = `${alive ? 'Play' : 'Publish'} ${this.name}`;
    this.link.replaceChildren(icon(alive ? 'play' : 'camera'), alive ? 'Play' : 'Publish');
  }
}

function inWords(page, q, stats) {
  if (q) return `${many(page.estimated_count, 'stream')} found`;
  return stats.total_streams === 0 ? '' : `${count(stats.running_streams)} of ${many(stats.total_streams, 'stream')} live`;
}

/** The view #streams. */
export class Streams {
  constructor(again, onAdd) {
    this.tiles = new Tiles($('totals'), rate, count);
    this.rows = new Keyed($('streams'), (item) => item.stream.name, (item) => new Row(item.stream));
    this.pager = new Pager($('streams-pager'), again);
    let timer = 0;
    $('q').addEventListener('input', () => {
      clearTimeout(timer);
      timer = setTimeout(() => {
        this.pager.cursor = '';
        again();
      }, FIND_AFTER_MS);
    });
    $('add').addEventListener('click', onAdd);
    this.onAdd = onAdd;
  }

  async load({ config, stats }) {
    const q = $('q').value.trim();
    const page = await api.streams({ sort: '-stats.alive,name', limit: PER_PAGE, cursor: this.pager.cursor, q });
    const history = await api.history(page.streams.filter((s) => s.stats.alive).map((s) => s.name));
    this.tiles.show(stats, history.server, history.capacity);
    this.rows.show(page.streams.map((stream) => ({ stream, series: history.streams[stream.name], capacity: history.capacity })));
    this.pager.show(page);
    $('totals').hidden = page.estimated_count === 0 && !q;
    setText($('streams-count'), inWords(page, q, stats));
    this.showEmpty(page, q, config);
    $('add').hidden = config.streams_file === null;
    $('add-closed').hidden = config.streams_file !== null;
  }

  showEmpty(page, q, config) {
    const box = $('streams-empty');
    box.hidden = page.streams.length > 0;
    const key = box.hidden ? '' : q ? 'none' : config.open ? 'open' : config.templates.length > 0 ? 'templates' : 'first';
    if (box.dataset.key === key) return;
    box.dataset.key = key;
    const words = {
      none: ['No stream has that in its name', ''],
      open: ['No stream yet', 'Any name may be published from this computer. Add a stream to give it a password or settings of its own.'],
      templates: ['No stream yet', `Add one, or publish under a name that the config allows: ${config.templates.map((t) => t.name).join(', ')}.`],
      first: ['No stream yet', 'Add the first one: give it a name, then publish to it from this browser or from OBS.'],
    }[key];
    box.replaceChildren(...(words ? [h('strong', {}, words[0]), words[1]] : []));
  }
}

/** The publisher of a stream in words, with times by the server's clock. */
export function publisherFacts(stats, nowMs) {
  if (!stats.alive) return stats.last_dts_at ? [['Last media', ago(stats.last_dts_at, nowMs)]] : [];
  return [['Publisher', `${stats.published_from}, ${stats.published_via === 'whip' ? 'WHIP' : 'WebSocket'}`]];
}
