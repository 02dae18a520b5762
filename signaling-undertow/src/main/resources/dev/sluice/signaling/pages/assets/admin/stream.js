// SPDX-License-Identifier: Apache-2.0
// One stream: how it fares, what to do with it, where to publish and play it, who is there.

import { $, codecName, h, notice, setText } from '../common.js';
import { api } from './api.js';
import { Tiles } from './plot.js';
import { SessionTable } from './sessions.js';
import { publisherFacts, stateOf } from './streams.js';
import { Table, ask, copyable, facts, say } from './ui.js';
import { codecs, count, many, rate, seconds } from './words.js';

const SESSIONS_SHOWN = 50;

function trackTable(place) {
  return new Table(place, 'Tracks and layers', [
    { label: 'Track', fill: (t) => t.track_id },
    { label: 'Codec', fill: (t) => codecName(t.codec) },
    { label: 'Form', fill: (t) => (t.content === 'audio' ? many(t.channels || 1, 'channel') : t.width ? `${t.width} × ${t.height}` : '–') },
    { label: 'Layer', fill: (t) => t.rid || (t.spatial_layer > 0 ? `spatial ${t.spatial_layer}` : '–') },
    { label: 'Bitrate', number: true, fill: (t) => rate(t.bitrate) },
  ], (t) => t.track_id, true);
}

/** Where this stream is published and played, for the programs that people use. */
function addresses(stream) {
  const { origin } = location;
  const path = stream.name;
  const publishing = stream.password_set ? 'and the publishing password as Bearer Token' : 'without a Bearer Token';
  const playing = stream.play_password_set ? ' with ?password=… behind it' : '';
  return [
    h('h4', {}, 'To publish'),
    copyable('In a browser', `${origin}/publish?stream=${path}`, 'Camera, screen or sound. From another computer than the server the browser wants https.'),
    copyable('OBS (WHIP)', `${origin}/${path}/whip`, `Settings → Stream → Service: WHIP. This is the server, ${publishing}.`),
    copyable('Flussonic’s client library, or Sluice’s own', `${origin}/${path}`, 'The library adds the rest.'),
    h('h4', {}, 'To play'),
    copyable('Page for viewers', `${origin}/play?stream=${path}`, stream.play_password_set ? 'It asks for the password for playing.' : ''),
    copyable('To embed in a page of yours', `${origin}/${path}/embed.html`, playing ? `As the address of an iframe,${playing}.` : 'As the address of an iframe.'),
    copyable('WHEP', `${origin}/${path}/whep`),
    copyable('Flussonic’s client library, or Sluice’s own', `${origin}/${path}`),
  ];
}

/** The pattern that says what the stream does not say itself. */
function template(stream, config) {
  if (!stream.template) return '';
  return config.templates.some(({ name }) => name === stream.template) ? stream.template : `${stream.template}, which is gone: so the stream is off`;
}

/** Who is asked about publishers or players; the API does not tell what is secret of it. */
function guard(own, servers) {
  const text = own === null ? servers : own;
  return text === 'none' ? '' : own === null ? `${text}, as for every stream` : text;
}

function settings(stream, config, nowMs) {
  const [input] = stream.inputs;
  const given = { api: 'added here', config: `${stream.declared_in}: it is changed and removed there`, template: `by a pattern${stream.declared_in ? ` in ${stream.declared_in}` : ''}`, open: 'nowhere; every name may be used' };
  const limit = (kbps) => (kbps > 0 ? rate(kbps) : '');
  return [
    ...publisherFacts(stream.stats, nowMs),
    ['Declared', given[stream.origin]],
    ['The rest as of', template(stream, config)],
    ['Published input', stream.disabled ? 'not accepted' : 'accepted'],
    ['Password for publishing', stream.password_set ? 'set' : 'none'],
    ['Password for playing', stream.play_password_set ? 'set' : 'none'],
    ['Signed tokens', stream.jwt ? '' : 'not asked for'],
    ['Asked about publishers', guard(stream.on_publish, config.auth.on_publish)],
    ['Asked about players', guard(stream.on_play, config.auth.on_play)],
    ['Players at a time', stream.max_sessions > 0 ? `${count(stream.max_sessions)} at most` : ''],
    ['Publisher is ended above', limit(stream.max_publish_bitrate)],
    ['Highest bitrate', limit(input.max_bitrate)],
    ['Lowest bitrate', limit(input.min_bitrate)],
    ['Adapts to its way', input.webrtc_abr ? '' : 'no'],
    ['Preferred codecs', input.prefer_codec ? codecs(input.prefer_codec) : ''],
    ['Media goes by', { udp: 'UDP only', tcp: 'TCP only' }[input.transport]],
    ['Counts as away after', seconds(input.source_timeout)],
    ['Players wait', seconds(stream.publisher_grace)],
    ['Key frame every', input.key_frame_interval > 0 ? seconds(input.key_frame_interval) : ''],
  ];
}

/** The view #streams/NAME. */
export class Stream {
  /** @param again shows anew what the API says @param onEdit is given the stream */
  constructor(again, onEdit) {
    this.name = '';
    this.added = ''; // the name that was added last
    this.tiles = new Tiles($('stream-tiles'), rate, count);
    this.tracks = trackTable($('tracks'));
    this.sessions = new SessionTable($('own-sessions'), 'Sessions of this stream', false, again);
    this.again = again;
    $('stream-edit').addEventListener('click', () => onEdit(this.stream));
    $('stream-stop').addEventListener('click', () => this.stop());
    $('stream-delete').addEventListener('click', () => this.remove());
  }

  open(name) {
    if (name === this.name) return;
    this.name = name;
    this.stream = null;
    setText($('stream-title'), name);
    setText($('stream-state'), '');
    $('links').dataset.key = '';
    for (const id of ['stream-edit', 'stream-delete', 'stream-stop']) $(id).hidden = true;
    for (const to of ['publish', 'play']) $(`stream-${to}`).href = `/${to}?stream=${encodeURIComponent(name)}`;
    notice($('stream-notice'), '');
  }

  async load({ config, stats }) {
    const { name } = this;
    if (!name) return; // it was deleted a moment ago
    const [stream, history, page] = await Promise.all([
      api.stream(name), api.history([name]), api.sessions({ name, sort: '-type,-opened_at', limit: SESSIONS_SHOWN }),
    ]).catch((error) => {
      if (error.status === 404 && this.name === name) this.gone();
      else throw error;
      return [];
    });
    if (!stream || this.name !== name) return;
    const isFirst = this.stream === null;
    this.stream = stream;
    if (isFirst) $('addresses').open = !stream.stats.alive;
    const [word, kind, sentence] = stateOf(stream);
    $('stream-state').className = `state ${kind}`;
    setText($('stream-state'), `${word}${sentence ? ` ${kind === 'on' ? '' : '– '}${sentence}` : ''}`);
    this.showButtons(stream, config);
    const series = history.streams[name];
    this.tiles.show(stream.stats, series, history.capacity);
    $('stream-tiles').hidden = !series && !stream.stats.alive; // nothing in ten minutes
    const tracks = stream.stats.media_info ? stream.stats.media_info.tracks : [];
    this.tracks.show(tracks);
    $('tracks-panel').hidden = tracks.length === 0;
    facts($('stream-facts'), settings(stream, config, stats.now));
    this.showLinks(stream);
    const more = page.estimated_count > page.sessions.length ? ` (${count(page.sessions.length)} of ${count(page.estimated_count)})` : '';
    setText($('own-sessions-title'), `Sessions of this stream${more}`);
    this.sessions.show(page.sessions, 'Nobody publishes or plays it at the moment.', tracks);
    this.showNotice(stream);
  }

  showButtons(stream, config) {
    const made = stream.origin === 'api';
    $('stream-edit').hidden = !stream.editable || config.streams_file === null;
    $('stream-delete').hidden = !made;
    $('stream-stop').hidden = !stream.stats.alive;
    $('stream-publish').hidden = stream.disabled;
    $('stream-play').hidden = stream.disabled;
  }

  showLinks(stream) {
    const key = JSON.stringify([stream.name, stream.password_set, stream.play_password_set]);
    if ($('links').dataset.key === key) return;
    $('links').dataset.key = key;
    $('links').replaceChildren(...addresses(stream));
  }

  showNotice(stream) {
    const box = $('stream-notice');
    const isNew = this.added === stream.name && !stream.stats.alive && !stream.disabled;
    box.classList.toggle('good', isNew);
    if (isNew) notice(box, 'The stream is ready', `Press Publish to send this browser’s camera, or copy an address below into OBS or another program.${stream.password_set ? ' The publishing password is asked for.' : ''}`);
    else notice(box, '');
  }

  gone() {
    this.stream = null;
    this.name = '';
    say('There is no such stream.');
    location.hash = '#streams';
  }

  async stop() {
    const { name } = this;
    if (!(await ask('End its publisher?', `The publisher of ${name} is told so, players wait for its return. To keep publishers out, edit the stream and accept no input.`, 'End publisher'))) return;
    await this.attempt(() => api.stopStream(name), 'The publisher’s session has ended.');
  }

  async remove() {
    const { name } = this;
    const there = this.stream.stats.client_count + (this.stream.stats.alive ? 1 : 0);
    const text = `${name} cannot be published or played any more.${there > 0 ? ` ${many(there, 'session')} of it ${there === 1 ? 'ends' : 'end'} now.` : ''}`;
    if (!(await ask('Delete this stream?', text, 'Delete'))) return;
    if (await this.attempt(() => api.deleteStream(name), `${name} was deleted.`)) {
      this.name = '';
      location.hash = '#streams';
    }
  }

  async attempt(work, done) {
    try {
      await work();
      say(done);
      return true;
    } catch (error) {
      notice($('stream-notice'), 'That did not work', error.message, { bad: true });
      return false;
    } finally {
      this.again();
    }
  }
}
