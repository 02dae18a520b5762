// SPDX-License-Identifier: Apache-2.0
// What the pages share: building elements, names of streams, plots, words for errors. Text from outside only ever becomes a text node.

const SVG = 'http://www.w3.org/2000/svg';

const ICONS = {
  mic: 'M12 3a3 3 0 0 0-3 3v6a3 3 0 0 0 6 0V6a3 3 0 0 0-3-3ZM5 11v1a7 7 0 0 0 14 0v-1M12 19v3',
  micOff: 'M15 10V6a3 3 0 0 0-5.8-1M9 9v3a3 3 0 0 0 4.6 2.5M5 11v1a7 7 0 0 0 11.3 5.5M19 11v1c0 .8-.1 1.5-.4 2.2M12 19v3M3 3l18 18',
  camera: 'M4 6h10a2 2 0 0 1 2 2v8a2 2 0 0 1-2 2H4a2 2 0 0 1-2-2V8a2 2 0 0 1 2-2ZM16 10.5l6-3.5v10l-6-3.5',
  cameraOff: 'M9 6h5a2 2 0 0 1 2 2v5M16 16a2 2 0 0 1-2 2H4a2 2 0 0 1-2-2V8a2 2 0 0 1 2-2h1M16 10.5l6-3.5v10l-3-1.8M3 3l18 18',
  screen: 'M3 4h18v12H3ZM8 21h8M12 16v5M12 13V8M9.5 10 12 7.5 14.5 10',
  play: 'M7 4.5v15l12-7.5Z',
  stop: 'M6 6h12v12H6Z',
  sound: 'M4 9.5v5h4l5 4v-13l-5 4ZM16.5 9a4 4 0 0 1 0 6M19 6.5a8 8 0 0 1 0 11',
  soundOff: 'M4 9.5v5h4l5 4v-13l-5 4ZM17 9.5l5 5M22 9.5l-5 5',
  full: 'M4 9V4h5M15 4h5v5M20 15v5h-5M9 20H4v-5',
  eye: 'M2 12s3.6-6.5 10-6.5S22 12 22 12s-3.6 6.5-10 6.5S2 12 2 12ZM12 9.2a2.8 2.8 0 1 0 0 5.6 2.8 2.8 0 0 0 0-5.6Z',
  copy: 'M9 9h11v11H9ZM5 15H4V4h11v1',
};

export const $ = (id) => document.getElementById(id);

/** Makes an element; strings among the children become text nodes. */
export function h(tag, props = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(props)) {
    if (name in element && name !== 'list') element[name] = value;
    else element.setAttribute(name, value);
  }
  element.append(...children);
  return element;
}

export function icon(name) {
  const svg = document.createElementNS(SVG, 'svg');
  svg.setAttribute('viewBox', '0 0 24 24');
  svg.setAttribute('aria-hidden', 'true');
  const path = document.createElementNS(SVG, 'path');
  path.setAttribute('d', ICONS[name]);
  for (const [key, value] of [['fill', 'none'], ['stroke', 'currentColor'], ['stroke-width', '1.8'], ['stroke-linejoin', 'round'], ['stroke-linecap', 'round']]) {
    path.setAttribute(key, value);
  }
  svg.append(path);
  return svg;
}

/** A button's picture and words, changed only when they differ, so that screen readers hear changes only. */
export function face(button, iconName, text) {
  const key = `${iconName}|${text}`;
  if (button.dataset.face === key) return;
  button.dataset.face = key;
  button.replaceChildren(icon(iconName), h('span', {}, text));
}

export function setText(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

// ---- names ----

const RESERVED = ['webrtc', 'publish', 'whip', 'whep', 'whap', 'sessions', 'media_info.json', 'embed.html', '-'];

/** What is wrong with a stream's name, as a sentence, or '' when it is right. The server checks it again by the same rule. */
export function nameProblem(name) {
  if (!name) return 'Type the name of a stream, for example studio/one.';
  const segments = name.split('/');
  if (segments.some((s) => s === '')) return 'A name has no empty part: no slash at the start or end, and no two in a row.';
  if (segments.length > 8) return 'A name has at most 8 parts.';
  for (const segment of segments) {
    if (segment.length > 64) return 'Each part of a name has at most 64 characters.';
    if (!/^[A-Za-z0-9._~-]+$/.test(segment)) return 'Use only letters A–Z, digits and . _ ~ - in a name, and / between its parts.';
    if (segment === '.' || segment === '..' || RESERVED.includes(segment)) return `“${segment}” cannot be a part of a name; the server uses it itself.`;
  }
  return '';
}

export function streamUrl(name) {
  return `${location.origin}/${name}`;
}

/** Shows under its field what is wrong with a name. Returns whether it is right. */
export function checkName(input, hint, usual) {
  const problem = nameProblem(input.value.trim());
  input.setAttribute('aria-invalid', String(Boolean(problem)));
  hint.classList.toggle('bad', Boolean(problem));
  setText(hint, problem || usual);
  if (problem) input.focus();
  return !problem;
}

// ---- figures ----

export function bitrate(bps) {
  if (bps >= 999_500) return [(bps / 1e6).toFixed(bps >= 9_950_000 ? 0 : 1), 'Mbit/s'];
  return [String(Math.round(bps / 1000)), 'kbit/s'];
}

/** A codec as people write it. */
export function codecName(name) {
  return { h264: 'H.264', h265: 'H.265', opus: 'Opus', red: 'Opus with redundancy', pcmu: 'G.711 µ-law', pcma: 'G.711 A-law' }[name.toLowerCase()] || name;
}

export function duration(ms) {
  const s = Math.max(0, Math.floor(ms / 1000));
  const two = (n) => String(n).padStart(2, '0');
  return s >= 3600 ? `${Math.floor(s / 3600)}:${two(Math.floor(s / 60) % 60)}:${two(s % 60)}` : `${Math.floor(s / 60)}:${two(s % 60)}`;
}

/** A small line of the last minute. */
export class Plot {
  constructor(floor, capacity = 60) {
    this.floor = floor; // the scale shows at least this much, so that noise around zero looks like nothing
    this.capacity = capacity;
    this.values = [];
    this.element = document.createElementNS(SVG, 'svg');
    this.element.setAttribute('class', 'plot');
    this.element.setAttribute('viewBox', '0 0 100 30');
    this.element.setAttribute('preserveAspectRatio', 'none');
    this.element.setAttribute('aria-hidden', 'true');
    this.area = document.createElementNS(SVG, 'path');
    this.area.setAttribute('class', 'area');
    this.line = document.createElementNS(SVG, 'path');
    this.line.setAttribute('class', 'line');
    this.element.append(this.area, this.line);
  }

  add(value) {
    this.values.push(value);
    if (this.values.length > this.capacity) this.values.shift();
    const max = Math.max(this.floor, ...this.values) * 1.08;
    const step = 100 / (this.capacity - 1);
    const start = 100 - (this.values.length - 1) * step;
    const points = this.values.map((v, i) => `${(start + i * step).toFixed(1)} ${(29 - (v / max) * 28).toFixed(1)}`);
    const line = `M${points.join('L')}`;
    this.line.setAttribute('d', line);
    this.area.setAttribute('d', `${line}L100 30L${start.toFixed(1)} 30Z`);
  }

  clear() {
    this.values = [];
    this.line.removeAttribute('d');
    this.area.removeAttribute('d');
  }
}

/** The four tiles with plots, and the line of further figures below them. */
export class FigureBoard {
  constructor(section) {
    const tiles = h('dl', { className: 'figures', id: 'figures' });
    this.details = h('dl', { className: 'details', id: 'details' });
    this.section = section;
    section.hidden = true;
    section.append(tiles, this.details);
    this.tiles = {};
    const kinds = { bitrate: ['Bitrate', 500], fps: ['Frames', 30], loss: ['Packets lost', 5], rtt: ['Round trip', 20] };
    for (const [key, [label, floor]] of Object.entries(kinds)) {
      const value = h('span', {}, '–');
      const unit = h('small', {});
      const plot = new Plot(floor);
      tiles.append(h('div', { className: 'figure panel', id: `figure-${key}` }, h('dt', {}, label), h('dd', {}, value, ' ', unit), plot.element));
      this.tiles[key] = { value, unit, plot };
    }
  }

  set(key, number, text, unit) {
    const tile = this.tiles[key];
    setText(tile.value, text);
    setText(tile.unit, unit);
    if (number === null) return;
    tile.plot.add(number);
  }

  show(figures, extra) {
    this.section.hidden = false;
    const { video, audio, roundTripMs } = figures;
    const bps = (video ? video.bitrateBps : 0) + (audio ? audio.bitrateBps : 0);
    this.set('bitrate', bps / 1000, ...bitrate(bps));
    if (video) this.set('fps', video.fps, String(Math.round(video.fps)), 'per second');
    else this.set('fps', null, '–', 'no picture');
    const loss = Math.max(video ? video.lossPercent : 0, audio ? audio.lossPercent : 0);
    this.set('loss', loss, loss.toFixed(loss >= 10 || loss === 0 ? 0 : 1), '%');
    if (roundTripMs === null) this.set('rtt', null, '–', 'ms');
    else this.set('rtt', roundTripMs, roundTripMs < 10 ? roundTripMs.toFixed(1) : String(Math.round(roundTripMs)), 'ms');
    const facts = [];
    if (video) facts.push(['Picture', `${video.width ? `${video.width} × ${video.height}, ` : ''}${codecName(video.codec) || '–'}`]);
    if (audio) facts.push(['Sound', `${codecName(audio.codec) || '–'}, ${bitrate(audio.bitrateBps).join(' ')}`]);
    this.details.replaceChildren(...[...facts, ...extra].map(([name, value]) => h('div', {}, h('dt', {}, name), h('dd', {}, value))));
  }

  clear() {
    this.section.hidden = true;
    for (const tile of Object.values(this.tiles)) {
      setText(tile.value, '–');
      setText(tile.unit, '');
      tile.plot.clear();
    }
    this.details.replaceChildren();
  }
}

// ---- the server's list ----

/**
 * Asks for the live streams again and again while the page is seen, or in the background too. `onList(list)` or `onList(null)` when the
 * server does not answer. `name` gives the one stream to ask for: the list of all is for the operator.
 */
export function watchStreams(onList, { everyMs = 2000, background = false, name = () => '' } = {}) {
  let timer = 0;
  async function ask() {
    clearTimeout(timer);
    if (document.hidden && !background) return;
    try {
      const response = await fetch(`/-/streams${name() && `?name=${encodeURIComponent(name())}`}`, {
        cache: 'no-store', headers: operator(), signal: AbortSignal.timeout(8000),
      });
      if (!response.ok) throw new Error(String(response.status));
      const body = await response.json();
      onList({ streams: (body.streams || []).map(tidy), server: body.server || {}, listed: body.listed !== false });
    } catch {
      onList(null);
    }
    timer = setTimeout(ask, everyMs);
  }
  document.addEventListener('visibilitychange', ask);
  ask();
}

/** Who signed in on /admin in this tab sees here what the operator sees. */
function operator() {
  try {
    const secret = sessionStorage.getItem('sluice.admin'); // as admin/api.js keeps it
    return secret === null ? {} : { Authorization: secret };
  } catch {
    return {}; // a browser that lets the page keep nothing
  }
}

function tidy(stream) {
  const tracks = Array.isArray(stream.tracks) ? stream.tracks : [];
  return {
    name: String(stream.name),
    publishing: stream.publishing !== false,
    players: Number(stream.players) || 0,
    liveSince: Number(stream.live_since) || 0,
    tracks: tracks.map((t) => ({
      kind: t.kind || t.content, codec: String(t.codec || ''), width: Number(t.width) || 0, height: Number(t.height) || 0,
      bitrateBps: Number(t.bitrate) * (t.kind ? 1 : 1000) || 0, // tracks in Flussonic's form have kbit/s
    })),
  };
}

export function viewers(n) {
  return n === 1 ? '1 viewer' : `${n} viewers`;
}

// ---- errors in words ----

const BY_CODE = {
  4400: ['The server did not understand this page', 'Reload the page; it may be older than the server.'],
  4403: ['This page may not use the server', 'The server’s configuration (origins) does not name the site this page comes from. Open the page from the server itself.'],
  4404: ['There is no such stream', 'This name is not declared in the server’s configuration. Check the spelling, or ask whoever runs the server to declare it.'],
  4409: ['Not live yet', 'Nobody publishes this stream at the moment.'],
  4410: ['The stream has ended', 'Its publisher has stopped.'],
  4411: ['Somebody else publishes this stream now', 'Another publisher took over under the same name. Choose another name, or start again to take it back.'],
  4429: ['The server is full', 'It has as many sessions as it may. It is tried again by itself.'],
};

const BY_REASON = {
  permission_denied: ['Camera and microphone are blocked', 'Allow them: click the camera or lock symbol in the address bar, choose Allow, then try again.'],
  no_device: ['No camera or microphone found', 'Connect one, or tick “Sound only” if you have a microphone but no camera, then try again.'],
  device_busy: ['The camera or microphone is in use', 'Another program or tab has it. Close that one, then try again.'],
  constraints: ['This camera cannot do that', 'Choose another quality or another device.'],
  insecure_page: ['This page is not secure', 'Browsers give the camera only to https pages and to localhost. Open this page with https:// in front; the same port speaks it.'],
  capture_failed: ['The camera or microphone did not start', 'Try again, or choose another device.'],
  device_lost: ['A device was disconnected', 'Choose another one in the list; the stream goes on meanwhile.'],
  ws_error: ['The server cannot be reached', 'Check that it runs and that your network is up.'],
  http_error: ['The server cannot be reached', 'Check that it runs and that your network is up.'],
  ws_closed: ['The connection was closed', 'The server may be restarting.'],
  ice_connection_fail: ['Media does not get through', 'The page is reached, but not the server’s UDP media port (7000 by default). A firewall may block it, or the server must announce another address.'],
  peer_connection_closed: ['The server ended the session', 'The stream may be over, or the server is stopping.'],
  set_remote_description_failed: ['Browser and server did not agree', 'Choose another codec, or use another browser.'],
};

const ERROR_NAMES = {
  NotAllowedError: 'permission_denied', SecurityError: 'permission_denied', NotFoundError: 'no_device', NotReadableError: 'device_busy',
  AbortError: 'device_busy', OverconstrainedError: 'constraints',
};

/** The reason of an error that getUserMedia gave, in the client library's words. */
export function captureReason(error) {
  return ERROR_NAMES[error.name] || 'capture_failed';
}

/** Whether another password may help. */
export const isAboutPassword = ({ code = 0, message = '' }) => code === 4401 && !/token|right to/.test(message);

/**
 * What happened and what to do, each as a sentence or two.
 *
 * @param passwordGiven whether one was tried already
 */
export function explain(reason, { code = 0, message = '' } = {}, { publishing = false, passwordGiven = false } = {}) {
  if (code === 4410 && publishing) return ['The server ended this session', 'Another publisher may have taken over. Go live again to go on.'];
  if (code === 4401 && /right to/.test(message)) return ['You are not let in any more', 'Who may use this stream has changed.'];
  if (isAboutPassword({ code, message })) return passwordGiven ? ['The password is wrong', 'Try another one.'] : ['A password is needed', 'This stream is protected.'];
  if (code === 4403 && /switched this stream off/.test(message)) return ['This stream is switched off', 'Ask whoever runs the server to switch it on.'];
  if (code === 4403 && /sent more/.test(message)) return ['You sent too much', 'The stream has a highest bitrate. Choose a smaller quality, then go live again.'];
  if (code === 4403 && /operator ended/.test(message)) return ['The operator has ended this', publishing ? 'You may go live again, if you are still allowed.' : 'You may play again, if you are still allowed.'];
  if ((code === 4401 || code === 4403) && message && !/origin|page/i.test(message)) return ['You are not let in', message];
  if (code === 4422) return ['The codecs do not fit', `${message} Choose another codec, or another browser.`.trim()];
  const [title, action] = BY_CODE[code] || BY_REASON[reason] || ['Something went wrong', ''];
  return [title, action || message];
}

/** A message with a heading, a sentence and perhaps something to do it with. */
export function notice(box, title, text, { bad = false, more = [] } = {}) {
  box.hidden = !title;
  box.classList.toggle('bad', bad);
  box.replaceChildren(...(title ? [h('strong', {}, title), h('span', {}, text), ...more] : []));
}

/** The field that asks for a password, for a notice. */
export function passwordForm(onPassword) {
  const input = h('input', { type: 'password', name: 'password', autocomplete: 'off', required: true, id: 'password' });
  const form = h('form', {}, h('label', { htmlFor: 'password' }, 'Password'),
    h('div', { className: 'row' }, h('div', { className: 'grow' }, input), h('button', { className: 'primary' }, 'Go on')));
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    onPassword(input.value);
  });
  queueMicrotask(() => input.focus());
  return form;
}

/** Copies a field's text; where the browser forbids that, selects it for the user to copy. */
export async function copyField(field, button) {
  const before = button.textContent;
  try {
    await navigator.clipboard.writeText(field.value);
    face(button, 'copy', 'Copied');
  } catch {
    field.focus();
    field.select();
    face(button, 'copy', 'Press Ctrl+C');
  }
  setTimeout(() => face(button, 'copy', before), 2000);
}

for (const element of document.querySelectorAll('[data-icon]')) element.prepend(icon(element.dataset.icon));
