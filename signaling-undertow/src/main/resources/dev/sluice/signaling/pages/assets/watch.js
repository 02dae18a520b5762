// SPDX-License-Identifier: Apache-2.0
// What the play page and the embedded player have in common: a player, the words over its picture, sound and full screen.

import { PLAYER_EVENTS, Player } from '/sluice.mjs';
import { $, explain, face, isAboutPassword, setText } from './common.js';

const STILL_AFTER_TICKS = 3;

/** A player on the elements #stage, #video, #veil, #again, #unmute, #mute and #fullscreen. */
export class Watch {
  constructor(name, opts, hooks = {}) {
    this.name = name;
    this.hooks = hooks;
    this.video = $('video');
    this.failure = null;
    this.stillTicks = 0;
    this.soundOnly = false;
    this.soundRefused = false; // by the browser, which wants a click first
    this.player = new Player(this.video, `${location.origin}/${name}`, opts);
    this.player.on(PLAYER_EVENTS.STATUS, () => this.show());
    this.player.on(PLAYER_EVENTS.PLAY, () => {
      this.failure = null;
      this.show();
    });
    this.player.on(PLAYER_EVENTS.MUTED, () => {
      this.soundRefused = true;
      this.show();
    });
    this.player.on(PLAYER_EVENTS.FAIL, (reason, detail) => {
      this.failure = { reason, detail, untilMs: Date.now() + detail.delayMs };
      this.show();
      if (isAboutPassword(detail)) hooks.onPassword?.(...this.explained());
    });
    $('again').addEventListener('click', () => this.start());
    $('unmute').addEventListener('click', () => this.setMuted(false));
    $('mute').addEventListener('click', () => this.setMuted(!this.video.muted));
    $('fullscreen').addEventListener('click', () => this.fullscreen());
    this.video.addEventListener('volumechange', () => this.show());
    setInterval(() => this.tick(), 1000);
    this.show();
  }

  get active() {
    return !['stopped', 'failed'].includes(this.player.status);
  }

  start() {
    this.failure = null;
    this.stillTicks = 0;
    this.player.play();
  }

  stop() {
    this.failure = null;
    this.player.stop();
    this.show();
  }

  setMuted(muted) {
    this.video.muted = muted;
    this.soundRefused = false;
    this.show();
  }

  fullscreen() {
    if (document.fullscreenElement) document.exitFullscreen();
    else if ($('stage').requestFullscreen) $('stage').requestFullscreen();
    else this.video.webkitEnterFullscreen?.(); // iPhones know full screen for the video only
  }

  async tick() {
    if (!this.active) return;
    const figures = await this.player.getFigures();
    const shown = figures && this.player.status === 'playing' && (figures.video || figures.audio);
    const moves = shown && (figures.video ? figures.video.fps > 0 : figures.audio.bitrateBps > 0);
    this.soundOnly = Boolean(shown && !figures.video);
    this.stillTicks = !shown || moves ? 0 : this.stillTicks + 1;
    this.show();
    if (shown) this.hooks.onFigures?.(figures);
  }

  explained() {
    return explain(this.failure.reason, this.failure.detail, { passwordGiven: Boolean(this.player.opts.password) });
  }

  /** Heading, sentence, whether work goes on, whether the play button is offered; or null when the picture needs no words. */
  words() {
    const { status } = this.player;
    if (status === 'waiting') return [`Waiting for ${this.name}`, 'It starts by itself as soon as somebody publishes.', true, false];
    if (status === 'connecting') return ['Connecting', '', true, false];
    if (status === 'stopped') return ['Stopped', '', false, true];
    if (this.failure && (status === 'reconnecting' || status === 'failed')) {
      const { detail, untilMs } = this.failure;
      const [title, text] = this.explained();
      if (isAboutPassword(detail) && this.hooks.onPassword) return [title, '', false, false];
      if (status === 'failed') return [title, text, false, true];
      const seconds = Math.ceil((untilMs - Date.now()) / 1000);
      return [title, seconds > 0 ? `${text} Trying again in ${seconds} s.` : 'Trying again.', true, false];
    }
    if (status === 'playing' && this.stillTicks >= STILL_AFTER_TICKS) {
      return [this.soundOnly ? 'Silence' : 'The picture stands still', 'The publisher is gone or its connection is poor. It goes on by itself.', true, false];
    }
    if (status === 'playing' && this.soundOnly) return ['Sound only', 'This stream has no picture.', false, false];
    return null;
  }

  show() {
    const words = this.words();
    $('veil').hidden = !words;
    if (words) {
      setText($('veil-title'), words[0]);
      setText($('veil-text'), words[1]);
      $('spinner').hidden = !words[2];
      $('again').hidden = !words[3];
    }
    const { muted } = this.video;
    $('unmute').hidden = !(muted && this.soundRefused && this.player.status === 'playing');
    face($('mute'), muted ? 'soundOff' : 'sound', muted ? 'Unmute' : 'Mute');
    $('mute').classList.toggle('on', muted);
    this.hooks.onShow?.(this.player.status);
  }
}

/** Options of the player from the page's own query. */
export function optionsFrom(params) {
  const off = (name) => params.get(name) === '0';
  return {
    wait: !off('wait'), videoDisabled: off('video'), audioDisabled: off('audio'), start_track: params.get('start_track') || undefined,
    password: params.get('password') || undefined, transport: params.get('transport') === 'http' ? 'http' : 'websocket',
  };
}
