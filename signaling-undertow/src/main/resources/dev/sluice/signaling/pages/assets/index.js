// SPDX-License-Identifier: Apache-2.0
// Start page: open a stream by name, and what is live.

import { $, Plot, bitrate, checkName, codecName, duration, h, icon, notice, setText, viewers, watchStreams } from './common.js';

const USUAL_HINT = 'Letters, digits and . _ ~ - with / between parts.';

setText($('stream-hint'), USUAL_HINT);
$('opener').addEventListener('submit', (event) => {
  event.preventDefault();
  const to = event.submitter && event.submitter.value === 'play' ? 'play' : 'publish';
  if (checkName($('stream'), $('stream-hint'), USUAL_HINT)) location.href = `/${to}?stream=${encodeURIComponent($('stream').value.trim())}`;
});

// ---- the list; rows are kept and changed in place, so that focus stays where it is ----

const rows = new Map();

class Row {
  constructor(name) {
    this.plot = new Plot(500, 30);
    this.dot = h('span', { className: 'dot on' });
    this.meta = h('div', { className: 'meta' });
    this.rate = h('span', { className: 'chip' });
    this.players = h('span', {});
    const query = `?stream=${encodeURIComponent(name)}`;
    this.element = h('li', { className: 'panel stream' },
      h('div', { className: 'what' }, h('div', { className: 'name' }, this.dot, name), this.meta),
      h('div', { className: 'numbers' }, this.plot.element, this.rate, h('span', { className: 'chip' }, icon('eye'), this.players)),
      h('a', { className: 'button', href: `/play${query}`, ariaLabel: `Play ${name}` }, icon('play'), 'Play'));
  }

  show(stream) {
    const bps = stream.tracks.reduce((sum, track) => sum + track.bitrateBps, 0);
    this.dot.classList.toggle('on', stream.publishing);
    const parts = stream.tracks.map((t) => (t.width ? `${codecName(t.codec)} ${t.width} × ${t.height}` : codecName(t.codec))).filter(Boolean);
    if (!stream.publishing) parts.unshift('publisher gone, players wait');
    else if (stream.liveSince) parts.unshift(`live ${duration(Date.now() - stream.liveSince)}`);
    setText(this.meta, parts.join(' · '));
    setText(this.rate, bitrate(bps).join(' '));
    setText(this.players, viewers(stream.players));
    this.plot.add(bps / 1000);
  }
}

function showServer(server) {
  const facts = [['Version', server.version], ['Encryption', server.srtp], ['Media loops', server.loops]];
  if (server.open !== undefined) facts.push(['Streams', server.open ? 'any name' : 'declared ones only; Administration adds them']);
  const known = facts.filter(([, value]) => value !== undefined && value !== null && value !== '');
  const key = JSON.stringify(known);
  if ($('server').dataset.key === key) return;
  $('server').dataset.key = key;
  $('server-panel').hidden = known.length === 0;
  $('server').replaceChildren(...known.flatMap(([name, value]) => [h('dt', {}, name), h('dd', {}, String(value))]));
}

watchStreams((list) => {
  if (!list) {
    notice($('trouble'), 'The server does not answer', 'Check that it still runs. This page goes on asking.', { bad: true });
    return;
  }
  notice($('trouble'), '');
  showServer(list.server);
  const seen = new Set();
  list.streams.sort((a, b) => Number(b.publishing) - Number(a.publishing) || (a.name < b.name ? -1 : 1));
  for (const stream of list.streams) {
    seen.add(stream.name);
    if (!rows.has(stream.name)) rows.set(stream.name, new Row(stream.name));
    rows.get(stream.name).show(stream);
  }
  for (const [name, row] of rows) {
    if (seen.has(name)) continue;
    row.element.remove();
    rows.delete(name);
  }
  let place = $('streams').firstElementChild;
  for (const stream of list.streams) {
    const { element } = rows.get(stream.name);
    if (element === place) place = place.nextElementSibling;
    else $('streams').insertBefore(element, place);
  }
  $('empty').hidden = rows.size > 0 || !list.listed;
  const watching = list.streams.reduce((sum, stream) => sum + stream.players, 0);
  if (!list.listed) setText($('total'), 'shown to whoever signs in on Administration');
  else setText($('total'), rows.size === 0 ? '' : `${rows.size === 1 ? '1 stream' : `${rows.size} streams`}, ${viewers(watching)}`);
});
