// SPDX-License-Identifier: Apache-2.0
// Plots of the last minutes out of the server's own history, so that they are there when the page opens.

import { h, setText } from '../common.js';

const SVG = 'http://www.w3.org/2000/svg';
const HEIGHT = 30;

function svg(tag, attributes) {
  const element = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  return element;
}

/** A line over time. Values are oldest first, null where the server has none; the newest stands at the right. */
export class History {
  /** @param floor the scale shows at least this much @param name what it shows, null for a mere picture of numbers said beside it */
  constructor(floor, words, name = null) {
    this.floor = floor;
    this.words = words;
    this.name = name;
    this.area = svg('path', { class: 'area' });
    this.line = svg('path', { class: 'line' });
    this.element = svg('svg', { class: 'plot', preserveAspectRatio: 'none', ...(name ? { role: 'img' } : { 'aria-hidden': 'true' }) });
    this.element.append(this.area, this.line);
    this.most = 0;
  }

  show(values, capacity) {
    const known = values.filter((value) => value !== null);
    this.most = known.length > 0 ? Math.max(...known) : 0;
    const scale = Math.max(this.floor, this.most) * 1.08;
    const start = capacity - values.length;
    const y = (value) => (HEIGHT - 1 - (value / scale) * (HEIGHT - 2)).toFixed(2);
    const line = [];
    const area = [];
    for (let i = 0; i < values.length; i++) {
      if (values[i] === null) continue;
      const first = i;
      while (i + 1 < values.length && values[i + 1] !== null) i++;
      const points = values.slice(first, i + 1).map((value, at) => `${start + first + at} ${y(value)}`).join('L');
      line.push(`M${points}`);
      area.push(`M${start + first} ${HEIGHT}L${points}L${start + i} ${HEIGHT}Z`);
    }
    this.element.setAttribute('viewBox', `0 0 ${capacity - 1} ${HEIGHT}`);
    this.line.setAttribute('d', line.join(''));
    this.area.setAttribute('d', area.join(''));
    if (this.name) this.element.setAttribute('aria-label', `${this.name} of the last ten minutes, at most ${this.words(this.most)}`);
  }
}

/** A tile with a number of now, its last ten minutes and the most of them. */
class Tile {
  constructor(label, floor, words) {
    this.words = words;
    this.value = h('span', {}, '–');
    this.plot = new History(floor, words, label);
    this.scale = h('span', {});
    this.element = h('div', { className: 'figure panel' }, h('dt', {}, label),
      h('dd', {}, this.value, this.plot.element, h('small', { className: 'axis' }, h('span', {}, '10 min ago'), this.scale, h('span', {}, 'now'))));
  }

  show(now, values, capacity) {
    setText(this.value, now === null ? '–' : this.words(now));
    this.plot.show(values, capacity);
    const most = Math.max(this.plot.most, now ?? 0); // of now is newer than the last slot
    setText(this.scale, most > 0 ? `most ${this.words(most)}` : '');
  }
}

/** The three tiles of the server, or of one stream. */
export class Tiles {
  constructor(dl, rate, count) {
    this.tiles = [new Tile('Received', 500, rate), new Tile('Sent to players', 500, rate), new Tile('Players', 4, count)];
    dl.append(...this.tiles.map((tile) => tile.element));
  }

  /** @param series of the API's history, or null */
  show(stats, series, capacity) {
    const names = ['input_bitrate', 'output_bitrate', 'client_count'];
    names.forEach((name, i) => this.tiles[i].show(stats[name] ?? null, series ? series[name] : [], capacity));
  }
}
