// SPDX-License-Identifier: Apache-2.0
// The administration page: which view is shown, when the API is asked, and signing in.

import { $, notice, setText } from '../common.js';
import { api, basic, isReady, isSignedIn, signIn, signOut } from './api.js';
import { Server, troubles } from './server.js';
import { Sessions } from './sessions.js';
import { Stream } from './stream.js';
import { StreamForm } from './stream-form.js';
import { Streams, streamHash } from './streams.js';
import { say } from './ui.js';
import { count } from './words.js';

const EVERY_MS = 2000;

const form = new StreamForm((stream, isNew) => {
  say(isNew ? `${stream.name} was added.` : 'Saved.');
  if (isNew) views.stream.added = stream.name;
  if (isNew) location.hash = streamHash(stream.name);
  refresh();
});
const views = {
  streams: new Streams(refresh, () => form.open(null)),
  stream: new Stream(refresh, (stream) => form.open(stream)),
  sessions: new Sessions(refresh),
  server: new Server(refresh),
};

// ---- which view ----

const TITLES = { streams: 'Streams', sessions: 'Sessions', server: 'Server' };
let current = '';

function route() {
  const hash = location.hash.slice(1);
  if (hash === 'main') return; // the link that skips the head of the page
  let view = Object.hasOwn(TITLES, hash) ? hash : 'streams';
  let name = '';
  if (hash.startsWith('streams/')) {
    try {
      name = decodeURIComponent(hash.slice('streams/'.length));
      view = 'stream';
    } catch {
      // no text: the list is shown
    }
  }
  if (view === 'stream') views.stream.open(name);
  const isFirst = current === '';
  const isOther = current !== `${view}/${name}`;
  current = `${view}/${name}`;
  for (const id of Object.keys(views)) $(`view-${id}`).hidden = id !== view;
  for (const tab of Object.keys(TITLES)) {
    const isHere = tab === view || (tab === 'streams' && view === 'stream');
    if (isHere) $(`tab-${tab}`).setAttribute('aria-current', 'page');
    else $(`tab-${tab}`).removeAttribute('aria-current');
  }
  document.title = `${name || TITLES[view]} · Administration · Sluice`;
  if (!isFirst && isOther) {
    $(view === 'stream' ? 'stream-title' : `${view}-title`).focus({ preventScroll: true });
    scrollTo(0, 0);
  }
  refresh();
}

// ---- asking the API ----

let timer = 0;
let turn = 0;
let tookSessions = true; // when it answered last
let isClosed = false; // to everybody here: asking on would only fill its list of who was refused

/** Asks now, and from then on every two seconds while the page is seen. A newer turn makes an older one's end meaningless. */
function refresh() {
  clearTimeout(timer);
  const mine = ++turn;
  if (document.hidden) return;
  ask().catch((error) => mine === turn && onTrouble(error)).finally(() => {
    if (mine === turn && $('sign-in').hidden && !isClosed) timer = setTimeout(refresh, EVERY_MS);
  });
}

async function ask() {
  const view = current.slice(0, current.indexOf('/'));
  const config = await api.config(); // alone at first: a wrong secret is then sent once
  const [stats, ready] = await Promise.all([api.stats(), isReady()]);
  await views[view].load({ config, stats, ready });
  $('sign-in').hidden = true;
  $('console').hidden = false;
  $('sign-out').hidden = !isSignedIn();
  notice($('trouble'), '');
  tookSessions = ready !== false;
  isClosed = false;
  setText($('health'), ready === null ? 'Running' : ready ? 'Ready for new sessions' : 'Takes no new sessions now');
  $('health').className = `health ${ready === false ? 'warn' : 'good'}`;
  const sessions = stats.client_count + stats.publisher_count;
  setText($('count-sessions'), sessions > 0 ? count(sessions) : '');
  $('count-trouble').hidden = troubles(stats) === 0;
  setText($('count-trouble'), count(troubles(stats)));
}

function onTrouble(error) {
  setText($('health'), '');
  if (error.status === 401) return void askSecret(error);
  if (error.status === 403) {
    isClosed = true;
    $('console').hidden = true;
    notice($('trouble'), 'Administration is closed', error.message, { bad: true });
  } else if (error.status === 429) {
    notice($('trouble'), 'Too many wrong attempts', `From this address nobody can sign in for ${error.retryAfterSeconds} s.`, { bad: true });
  } else if (error.status === 0 && !tookSessions) {
    $('console').hidden = true;
    notice($('trouble'), 'The server has ended', 'It took no new sessions any more, as when it is drained. This page goes on asking.');
  } else {
    notice($('trouble'), error.status === 0 ? 'The server does not answer' : 'That did not work',
      error.status === 0 ? 'Check that it still runs. This page goes on asking.' : error.message, { bad: true });
  }
}

// ---- signing in ----

function askSecret(error) {
  const wasSignedIn = isSignedIn();
  signOut();
  $('console').hidden = true;
  $('sign-out').hidden = true;
  notice($('trouble'), '');
  const withUser = error.challenge === 'basic';
  $('sign-in').dataset.scheme = withUser ? 'basic' : 'bearer';
  $('user-field').hidden = !withUser;
  setText($('secret-label'), withUser ? 'Password' : 'Token');
  setText($('sign-in-text'), withUser ? 'With the user and password that the server’s config gives to administration.' : 'With the token that the server’s config gives to administration.');
  setText($('secret-hint'), wasSignedIn ? (withUser ? 'User or password are wrong.' : 'That is not the token.') : '');
  $('secret').setAttribute('aria-invalid', String(wasSignedIn));
  $('secret').value = '';
  $('sign-in').hidden = false;
  $(withUser && !$('user').value ? 'user' : 'secret').focus();
}

$('sign-in').addEventListener('submit', (event) => {
  event.preventDefault();
  const secret = $('secret').value;
  if (!secret) return void setText($('secret-hint'), 'Type it first.');
  if (/[^\x20-\x7e]/.test(secret) && $('sign-in').dataset.scheme === 'bearer') return void setText($('secret-hint'), 'That is not the token.');
  signIn($('sign-in').dataset.scheme === 'basic' ? basic($('user').value, secret) : `Bearer ${secret}`);
  refresh();
});
$('sign-out').addEventListener('click', () => {
  signOut();
  location.reload();
});

addEventListener('hashchange', route);
document.addEventListener('visibilitychange', refresh);
route();
