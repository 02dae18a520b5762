// SPDX-License-Identifier: Apache-2.0
// Draining the server: the question that begins it, how far it is, and taking it back.

import { $, setText } from '../common.js';
import { api } from './api.js';
import { ask, say } from './ui.js';
import { many, seconds } from './words.js';

const USUAL_SECONDS = 60;
const MOST_SECONDS = 86_400;

async function begin(again) {
  const answer = await ask('Drain this server?', 'It takes no new sessions from now on, and ends when the last client has gone or the time is up. Clients that know how go to the other server, if there is one; it must have the same streams.', 'Drain', [
    { label: 'The other server', type: 'url', placeholder: 'https://other.example.com:8443', hint: 'Empty: there is none; clients stay until the time is up.' },
    { label: 'Time, seconds', type: 'number', min: 0, max: MOST_SECONDS, step: 1, required: true, value: String(USUAL_SECONDS) },
  ]);
  if (!answer) return;
  try {
    await api.beginDrain({ to: answer[0] || null, seconds: Number(answer[1]) });
    say('The server drains.');
  } catch (error) {
    say(error.message);
  }
  again();
}

async function cancel(again) {
  try {
    await api.cancelDrain();
    say('The server takes new sessions again.');
  } catch (error) {
    say(error.message);
  }
  again();
}

/** The part of the server's view that drains it. */
export class Drain {
  constructor(again) {
    $('drain').addEventListener('click', () => begin(again));
    $('drain-cancel').addEventListener('click', () => cancel(again));
  }

  show(progress) {
    const isOn = progress.state !== 'none';
    $('drain').hidden = isOn;
    $('drain-notice').hidden = !isOn;
    $('drain-cancel').hidden = progress.state !== 'draining';
    if (!isOn) return;
    setText($('drain-left'), `Draining ${progress.to ? `to ${progress.to}` : 'without another server'}`);
    setText($('drain-rest'), `${many(progress.publishers, 'publisher')} and ${many(progress.players, 'player')} are still here. At most ${seconds(progress.seconds_left)} are left.`);
  }
}
