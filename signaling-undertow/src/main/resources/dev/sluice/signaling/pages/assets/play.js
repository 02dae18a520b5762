// SPDX-License-Identifier: Apache-2.0
// Play page: ?stream=NAME, and ?wait=0 for an error instead of waiting when it is not live.

import {
  $, FigureBoard, checkName, copyField, face, nameProblem, notice, passwordForm, setText, viewers, watchStreams,
} from './common.js';
import { Quality } from './quality.js';
import { Watch, optionsFrom } from './watch.js';

const USUAL_HINT = 'As its publisher named it, for example studio/one.';
const STATUS_WORDS = {
  stopped: 'Stopped', connecting: 'Connecting', waiting: 'Waiting', playing: 'Live', reconnecting: 'Reconnecting', failed: 'Stopped',
};

const params = new URLSearchParams(location.search);
const name = (params.get('stream') || '').trim();

function askName() {
  $('opener').hidden = false;
  $('stream').value = name;
  if (name) checkName($('stream'), $('stream-hint'), USUAL_HINT);
  else setText($('stream-hint'), USUAL_HINT);
  $('stream').focus();
  $('opener').addEventListener('submit', (event) => {
    event.preventDefault();
    if (checkName($('stream'), $('stream-hint'), USUAL_HINT)) location.href = `?stream=${encodeURIComponent($('stream').value.trim())}`;
  });
}

function play() {
  setText($('title'), name);
  document.title = `${name} · Sluice`;
  $('player').hidden = false;
  const board = new FigureBoard($('board'));
  const quality = new Quality($('quality-field'), $('quality'));
  const opts = { ...optionsFrom(params), onTrackInfo: (info) => quality.onTrackInfo(info) };
  const watch = new Watch(name, opts, {
    onShow(status) {
      $('status').dataset.state = status;
      setText($('status-text'), STATUS_WORDS[status]);
      const active = !['stopped', 'failed'].includes(status);
      face($('toggle'), active ? 'stop' : 'play', active ? 'Stop' : 'Play');
      if (status !== 'playing') board.clear();
    },
    onFigures(figures) {
      const extra = [['Buffer', `${Math.round((figures.video || figures.audio).bufferMs)} ms`]];
      if (figures.video && figures.video.freezes > 0) extra.push(['Freezes', String(figures.video.freezes)]);
      board.show(figures, extra);
      quality.refresh(watch.player);
    },
    onPassword(title, text) {
      notice($('notice'), title, text, {
        bad: true,
        more: [passwordForm((password) => {
          notice($('notice'), '');
          watch.player.opts.password = password;
          watch.start();
        })],
      });
    },
  });

  $('toggle').addEventListener('click', () => (watch.active ? watch.stop() : watch.start()));
  $('volume').addEventListener('input', () => {
    watch.video.volume = $('volume').value / 100;
    watch.setMuted($('volume').value === '0');
  });
  $('stage').addEventListener('keydown', (event) => {
    const action = { k: () => $('toggle').click(), m: () => watch.setMuted(!watch.video.muted), f: () => watch.fullscreen() }[event.key.toLowerCase()];
    if (!action || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    action();
  });

  $('link').value = `${location.origin}/play?stream=${name}`;
  $('embed').value = `<iframe src="${location.origin}/${name}/embed.html" width="960" height="540"\n  allow="autoplay; fullscreen" allowfullscreen></iframe>`;
  $('copy-link').addEventListener('click', () => copyField($('link'), $('copy-link')));
  $('copy-embed').addEventListener('click', () => copyField($('embed'), $('copy-embed')));

  watchStreams((list) => {
    const stream = list && list.streams.find((s) => s.name === name);
    setText($('viewers'), stream ? viewers(stream.players) : '');
  }, { name: () => name });
  watch.start();
}

if (nameProblem(name)) askName();
else play();
