// SPDX-License-Identifier: Apache-2.0
// Recordings of sessions: the question that begins one, and those that there are.

import { h } from '../common.js';
import { api, recordingFile } from './api.js';
import { streamHash } from './streams.js';
import { Table, ask, say } from './ui.js';
import { bytes, count, span } from './words.js';

const USUAL_SECONDS = 60;
const MOST_SECONDS = 3600;
const KEEP_URL_MS = 60_000;

const STATES = {
  running: 'Running', stopped: 'Stopped', time_up: 'Time is up', size_reached: 'Largest size reached', session_ended: 'Session ended', failed: 'Failed: the file is cut',
};

/** Asks for how long, and begins. */
export async function record(session, again) {
  const who = session.type === 'publish' ? 'publisher' : 'player';
  const text = `Its packets go into a file on the server, ${who === 'player' ? 'its publisher’s, too, ' : ''}not encrypted: who has the file can see and hear what ${session.name} sent. The file is listed under Server, and goes when it is deleted there or the server ends.`;
  const answer = await ask(`Record this ${who}’s session?`, text, 'Record', [
    { label: 'For how long, seconds', type: 'number', min: 1, max: MOST_SECONDS, step: 1, required: true, value: String(USUAL_SECONDS) },
  ]);
  if (!answer) return;
  await done(api.record(session.id, { seconds: Number(answer[0]) }), 'It is being recorded. See Recordings under Server.', again);
}

async function done(call, words, again) {
  try {
    await call;
    say(words);
  } catch (error) {
    say(error.message);
  }
  again();
}

async function download(recording, button) {
  button.disabled = true;
  try {
    const url = URL.createObjectURL(await recordingFile(recording.id));
    h('a', { href: url, download: `${recording.name.replaceAll('/', '-')}-${recording.id}.pcapng` }).click();
    setTimeout(() => URL.revokeObjectURL(url), KEEP_URL_MS);
  } catch (error) {
    say(error.message);
  }
  button.disabled = false;
}

async function remove(recording, again) {
  if (!(await ask('Delete this recording?', `The one of ${recording.name}, ${bytes(recording.bytes)}, and its file.`, 'Delete'))) return;
  await done(api.deleteRecording(recording.id), 'The recording was deleted.', again);
}

/** The part of the server's view that lists them. */
export class Recordings {
  constructor(place, again) {
    this.nowMs = 0;
    this.again = again;
    this.table = new Table(place, 'Recordings', [
      { label: 'Stream', wide: true, fill: (r) => h('a', { className: 'strong', href: streamHash(r.name) }, r.name) },
      { label: 'Session', fill: (r) => `${r.type === 'publish' ? 'Publisher' : 'Player'} ${r.session}` },
      { label: 'State', fill: (r) => `${STATES[r.state] || r.state}${r.missed > 0 ? `, ${count(r.missed)} missed` : ''}` },
      { label: 'Size', number: true, fill: (r) => bytes(r.bytes) },
      { label: 'Packets', number: true, fill: (r) => count(r.packets) },
      { label: 'Age', number: true, fill: (r) => span((this.nowMs - r.started_at) / 1000) },
      { label: 'What to do', quiet: true, wide: true, fill: (r, cell) => this.buttons(r, cell) },
    ], (r) => r.id);
  }

  /** Changed only when the state does, so that focus stays. */
  buttons(recording, cell) {
    cell.recording = recording;
    const running = recording.state === 'running';
    if (cell.dataset.running === String(running)) return undefined;
    cell.dataset.running = String(running);
    const button = (word, onClick) => {
      const made = h('button', { type: 'button', className: 'small-button', ariaLabel: `${word} the recording ${recording.id} of ${recording.name}` }, word);
      made.addEventListener('click', () => onClick(made));
      return made;
    };
    return h('div', { className: 'pair-of-buttons' },
      running ? button('Stop', () => done(api.stopRecording(recording.id), 'The recording was stopped.', this.again)) : button('Download', (made) => download(recording, made)),
      button('Delete', () => remove(cell.recording, this.again)));
  }

  show(recordings, nowMs) {
    this.nowMs = nowMs;
    this.table.show(recordings, 'None. A session is recorded by the button in its row.');
  }
}
