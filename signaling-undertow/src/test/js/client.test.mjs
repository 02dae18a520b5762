// SPDX-License-Identifier: Apache-2.0
// The client library against a fake browser. Run: node --test signaling-undertow/src/test/js/client.test.mjs (Node 18 or newer)

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, it } from 'node:test';
import vm from 'node:vm';

import { FakeBrowser, FakeElement, FakeTrack, settle } from './fakes.mjs';

const CLIENT = new URL('../../main/resources/dev/sluice/signaling/pages/client/', import.meta.url);
const { default: api, Player, Publisher, PLAYER_EVENTS, PUBLISHER_EVENTS } = await import(new URL('sluice.mjs', CLIENT));

let browser;
beforeEach(() => (browser = new FakeBrowser()));
afterEach(() => browser.restore());

const URL_OF_STREAM = 'http://media.example:8080/studio/one';
const OFFER = { type: 'offer', sdp: 'v=0', config: {} };

function player(opts) {
  const made = new Player(new FakeElement(), URL_OF_STREAM, opts);
  made.fails = [];
  made.on(PLAYER_EVENTS.FAIL, (reason, detail) => made.fails.push([reason, detail.code, detail.willRetry]));
  return made;
}

async function playing(opts) {
  const made = player(opts);
  made.play();
  browser.socket.open();
  browser.socket.says(OFFER);
  await settle();
  browser.peer.goes('connected');
  made.element.fire('playing');
  return made;
}

function publisher(opts) {
  const made = new Publisher(URL_OF_STREAM, opts);
  made.fails = [];
  made.on(PUBLISHER_EVENTS.FAIL, (reason, detail) => made.fails.push([reason, detail.code, detail.willRetry]));
  return made;
}

async function streaming(opts) {
  const made = publisher(opts);
  await made.start();
  browser.socket.open();
  browser.socket.says({ type: 'config', config: {} });
  await settle();
  browser.socket.says({ type: 'answer', sdp: 'answer' });
  await settle();
  browser.peer.goes('connected');
  return made;
}

function created(sdp = 'answer', headers = {}) {
  return new Response(sdp, { status: 201, headers: { Location: '/studio/one/whip/abc', 'X-Sid': 'sid1', ...headers } });
}

describe('loading', () => {
  const source = readFileSync(new URL('sluice.js', CLIENT), 'utf8');

  it('should make the globals Sluice and FlussonicWebRTC as a script tag', () => {
    const window = vm.createContext({});
    vm.runInContext(source, window);
    assert.equal(typeof window.Sluice.Player, 'function');
    assert.equal(window.FlussonicWebRTC, window.Sluice);
  });

  it('should leave FlussonicWebRTC alone when that name is taken', () => {
    const theirs = {};
    const window = vm.createContext({ FlussonicWebRTC: theirs });
    vm.runInContext(source, window);
    assert.equal(window.FlussonicWebRTC, theirs);
  });

  it('should give the same names as a module and from the script', () => {
    assert.equal(api.Player, Player);
    assert.equal(PLAYER_EVENTS.FAIL, 'fail');
    assert.equal(PUBLISHER_EVENTS.STREAMING, 'streaming');
  });
});

describe('addresses', () => {
  const { endpoint } = api.internals;

  it('should keep the scheme and port of the application', () => {
    assert.equal(endpoint('http://h:8080/a/b', true, '/webrtc', {}), 'ws://h:8080/a/b/webrtc');
    assert.equal(endpoint('https://h/a', true, '/webrtc/publish', {}), 'wss://h/a/webrtc/publish');
    assert.equal(endpoint('http://h/a', false, '/whep', {}), 'http://h/a/whep');
    assert.equal(endpoint('wss://h/a', false, '/whep', {}), 'https://h/a/whep');
  });

  it('should use only secure connections on a secure page', () => {
    browser.restore();
    browser = new FakeBrowser({ page: 'https://pages.example/x' });
    assert.equal(endpoint('http://h:8080/a', true, '/webrtc', {}), 'wss://h:8080/a/webrtc');
    assert.equal(endpoint('/a', false, '/whip', {}), 'https://pages.example/a/whip');
  });

  it('should keep the query, drop a trailing slash and add what is set', () => {
    assert.equal(endpoint('http://h/a/?token=t#x', true, '/webrtc', { password: 'p&q', wait: undefined }), 'ws://h/a/webrtc?token=t&password=p%26q');
  });

  it('should send password, token, wait and disabled kinds', () => {
    const made = player({ wait: true, audioDisabled: true, password: 'pw', authTokenName: 'tk', tokenValue: 'v' });
    made.play();
    assert.equal(browser.socket.url, 'ws://media.example:8080/studio/one/webrtc?password=pw&tk=v&wait=1&audio=0');
  });
});

describe('reports of a player', () => {
  const named = { ...OFFER, session_id: 'sid 1' };

  async function namedPlayer(opts) {
    const made = player(opts);
    made.play();
    browser.socket.open();
    browser.socket.says(named);
    await settle();
    browser.peer.goes('connected');
    return made;
  }

  it('should tell when the picture ran first, then each minute how often it stood still', async () => {
    const made = await namedPlayer();
    await browser.clock.pass(700);
    made.element.fire('playing');
    await settle();
    assert.equal(browser.reports.length, 1);
    const [{ url, body }] = browser.reports;
    assert.equal(url, 'http://media.example:8080/studio/one/sessions/sid%201');
    assert.equal(body.started_at - body.opened_at, 700);
    assert.deepEqual([body.application.stall_count, body.application.stall_duration], [0, 0]);
    browser.stats = new Map([['v', { type: 'inbound-rtp', kind: 'video', freezeCount: 3, totalFreezesDuration: 1.25 }]]);
    made.element.fire('playing');
    await browser.clock.pass(60_000);
    await settle();
    assert.equal(browser.reports.length, 2);
    assert.deepEqual(
      [browser.reports[1].body.application.stall_count, browser.reports[1].body.application.stall_duration], [3, 1250],
    );
  });

  const stalled = (freezeCount, totalFreezesDuration) => new Map([['v', { type: 'inbound-rtp', kind: 'video', freezeCount, totalFreezesDuration }]]);
  const told = () => browser.reports.map(({ body }) => [body.application.stall_count, body.application.stall_duration]);

  it('should tell once more at the end, while there are figures, and then no more', async () => {
    const made = await namedPlayer();
    made.element.fire('playing');
    await settle();
    browser.stats = stalled(2, 0.8);
    made.stop();
    await settle();
    assert.deepEqual(told(), [[0, 0], [2, 800]]);
    assert.ok(browser.peer.closed && browser.socket.readyState === 3);
    await browser.clock.pass(300_000);
    assert.equal(browser.reports.length, 2);
  });

  it('should tell at the end that came by itself', async () => {
    const made = await namedPlayer();
    made.element.fire('playing');
    await settle();
    browser.stats = stalled(1, 3);
    browser.socket.end(4410, 'ended');
    await settle();
    assert.deepEqual(told(), [[0, 0], [1, 3000]]);
    assert.deepEqual(made.fails.map(([reason]) => reason), ['ws_closed']);
  });

  it('should tell before it lets go of the resource, and wait for neither for long', async () => {
    browser.answers.push(created());
    const made = player({ transport: 'http' });
    made.play();
    await settle();
    browser.peer.goes('connected');
    made.element.fire('playing');
    await settle();
    browser.peer.getStats = () => new Promise(() => {});
    made.stop();
    await settle();
    assert.deepEqual(browser.requests.map((r) => r.method), ['POST', 'DELETE']);
    await browser.clock.pass(1_000);
    assert.ok(browser.peer.closed);
  });

  it('should close when there are no figures to be had', async () => {
    for (const getStats of [() => Promise.reject(new Error('closed')), () => { throw new Error('closed'); }]) {
      const made = await namedPlayer();
      made.element.fire('playing');
      browser.peer.getStats = getStats;
      made.stop();
      await settle();
      assert.ok(browser.peer.closed);
    }
  });

  it('should tell what it saw last when the page goes, without a moment to ask', async () => {
    const made = await namedPlayer();
    made.element.fire('playing');
    await settle();
    browser.stats = stalled(1, 0.5);
    await browser.clock.pass(5_000);
    browser.stats = stalled(2, 9);
    browser.window.fire('pagehide');
    assert.deepEqual(told(), [[0, 0], [1, 500]]);
    assert.equal(browser.reports.at(-1).keepalive, true);
  });

  it('should play on when nobody takes reports', async () => {
    const made = await namedPlayer({ statsSendTime: 5 });
    browser.refuseReports = true;
    made.element.fire('playing');
    await browser.clock.pass(11_000);
    assert.equal(browser.reports.length, 3);
    assert.equal(made.status, 'playing');
    assert.deepEqual(made.fails, []);
  });

  it('should tell nothing when it may not, or does not know its session', async () => {
    (await namedPlayer({ statsSendEnable: false })).element.fire('playing');
    await playing();
    await settle();
    assert.deepEqual(browser.reports, []);
  });
});

describe('player over WebSocket', () => {
  it('should answer the offer and send its candidates after the answer', async () => {
    const made = player();
    made.play();
    browser.socket.open();
    browser.socket.says(OFFER);
    browser.socket.says({ type: 'candidate', candidate: { candidate: 'c1', sdpMid: '0' } });
    await settle();
    browser.peer.fire('icecandidate', { candidate: { sdpMLineIndex: 0, sdpMid: '0', toJSON: () => ({ candidate: 'mine' }) } });
    assert.deepEqual(browser.socket.sent.map((m) => m.type), ['answer', 'candidate']);
    assert.deepEqual(browser.socket.sent[1], { type: 'candidate', stream_id: 'local1', label: 0, id: '0', candidate: { candidate: 'mine' } });
    assert.deepEqual(browser.peer.log, ['candidate c1']);
    assert.equal(made.element.srcObject.getTracks().length, 2);
  });

  it('should say play when the picture runs', async () => {
    const seen = [];
    const made = player({ onEvent: (e) => seen.push(e.type) });
    made.on(PLAYER_EVENTS.PLAY, () => seen.push('PLAY'));
    made.play();
    browser.socket.open();
    browser.socket.says(OFFER);
    await settle();
    browser.peer.goes('connected');
    made.element.fire('playing');
    assert.deepEqual(seen, ['connection state', 'started', 'PLAY']);
    assert.equal(made.status, 'playing');
  });

  it('should wait while the publisher is away', async () => {
    const made = await playing();
    browser.socket.says({ type: 'info', published: false });
    await settle();
    assert.equal(made.status, 'waiting');
    browser.socket.says({ type: 'info', published: true });
    await settle();
    assert.equal(made.status, 'playing');
    browser.socket.says({ type: 'info' });
    await settle();
    assert.equal(made.status, 'playing');
  });

  it('should use the TURN server of the first message', async () => {
    player().play();
    browser.socket.open();
    browser.socket.says({ ...OFFER, config: { turn: { addr: 't', port: 3478, user: 'u', pass: 'p' } } });
    await settle();
    assert.deepEqual(browser.peer.config.iceServers, [{ urls: ['turn:t:3478?transport=tcp'], username: 'u', credential: 'p' }]);
  });

  it('should go on without sound when the browser allows no sound', async () => {
    const made = player();
    let told = 0;
    made.on(PLAYER_EVENTS.MUTED, () => told++);
    made.element.refuseSound = true;
    made.play();
    browser.socket.open();
    browser.socket.says(OFFER);
    await settle();
    assert.equal(made.element.muted, true);
    assert.equal(told, 1);
  });

  it('should close everything on stop and stay stopped', async () => {
    const made = await playing();
    made.stop();
    made.stop();
    assert.equal(browser.socket.readyState, 3);
    assert.equal(made.element.srcObject, null);
    await settle();
    assert.equal(browser.peer.closed, true);
    await browser.pass(60_000);
    assert.equal(browser.sockets.length, 1);
    assert.deepEqual(made.fails, []);
  });

  it('should not come back to life when stopped in the middle of connecting', async () => {
    const made = player();
    made.play();
    browser.socket.open();
    browser.socket.says(OFFER);
    made.stop();
    await browser.pass(60_000);
    assert.equal(made.status, 'stopped');
    assert.equal(browser.sockets.length, 1);
    assert.ok(browser.peers.every((p) => p.closed));
  });

  it('should take play, stop, play in one breath as one session', async () => {
    const made = player();
    made.play();
    made.stop();
    made.play();
    assert.equal(browser.sockets.length, 2);
    assert.equal(browser.sockets[0].readyState, 3);
    browser.socket.open();
    browser.socket.says(OFFER);
    await settle();
    assert.equal(browser.peers.length, 1);
  });

  it('should play once with autoplay and play() together', async () => {
    const made = player({ autoplay: true });
    made.play();
    await settle();
    assert.equal(browser.sockets.length, 1);
  });

  it('should wait for a stream that is not live without giving up', async () => {
    const made = player({ wait: true });
    made.play();
    browser.socket.open();
    await browser.pass(60_000);
    assert.equal(made.status, 'waiting');
    browser.socket.says(OFFER);
    await settle();
    assert.equal(made.status, 'connecting');
  });

  it('should wait again after the end of the stream', async () => {
    const made = await playing({ wait: true, retryMax: 1 });
    browser.socket.says({ type: 'error', code: 4410, error: 'The stream has ended.' });
    browser.socket.end(4410);
    assert.deepEqual(made.fails, [['ws_closed', 4410, true]]);
    assert.equal(made.status, 'waiting');
    await browser.pass(1000);
    assert.equal(browser.sockets.length, 2);
  });

  it('should keep the last picture while it reconnects', async () => {
    const made = await playing();
    const before = made.element.srcObject;
    browser.socket.end(1001);
    await browser.pass(1000);
    browser.socket.open();
    browser.socket.says(OFFER);
    await settle();
    assert.equal(made.element.srcObject, before);
    browser.peer.goes('connected');
    assert.notEqual(made.element.srcObject, before);
    made.element.fire('playing');
    assert.equal(made.status, 'playing');
  });

  it('should tell an unusable offer and try again', async () => {
    const made = player();
    made.play();
    browser.socket.open();
    browser.socket.says({ ...OFFER, sdp: 'bad' });
    await settle();
    assert.deepEqual(made.fails, [['set_remote_description_failed', 0, true]]);
  });

  it('should survive messages that make no sense', async () => {
    const made = player();
    made.play();
    browser.socket.open();
    for (const junk of ['{', 'null', '[]', '7', '{"type":"what"}', '{"type":"candidate"}', '{"type":"answer","sdp":"x"}']) browser.socket.says(junk);
    await settle();
    browser.socket.says(OFFER);
    await settle();
    assert.equal(browser.socket.ofType('answer').length, 1);
    assert.deepEqual(made.fails, []);
  });

  it('should give up on the media after a while', async () => {
    const made = player({ retryMax: 1 });
    made.play();
    browser.socket.open();
    browser.socket.says(OFFER);
    await browser.pass(20_000);
    assert.deepEqual(made.fails, [['ice_connection_fail', 0, false]]);
    assert.equal(made.status, 'failed');
  });

  it('should send the choice of tracks once the session is there', async () => {
    const made = player();
    made.play();
    made.changeTracks('auto');
    browser.socket.open();
    browser.socket.says(OFFER);
    await settle();
    made.changeTracks(['v1', 'a1']);
    assert.deepEqual(browser.socket.ofType('select_tracks').map((m) => m.tracks), ['auto', ['v1', 'a1']]);
  });
});

describe('reconnecting', () => {
  for (const code of [4401, 4402, 4403, 4404, 4411, 4422]) {
    it(`should never happen after close code ${code}`, async () => {
      const made = await playing({ retryMax: 10 });
      browser.socket.end(code, 'no');
      await browser.pass(120_000);
      assert.equal(browser.sockets.length, 1);
      assert.deepEqual(made.fails, [['ws_closed', code, false]]);
      assert.equal(made.status, 'failed');
    });
  }

  it('should not fight another publisher or an ended publication', async () => {
    for (const code of [4410, 4411]) {
      const made = await streaming();
      const count = browser.sockets.length;
      browser.socket.says({ type: 'error', code, error: 'replaced' });
      browser.socket.end(code);
      await browser.pass(120_000);
      assert.equal(browser.sockets.length, count);
      assert.equal(made.status, 'failed');
      assert.ok(browser.captured.at(-1).getTracks().every((t) => t.readyState === 'ended'), 'the camera is let go');
    }
  });

  it('should back off from retryDelay, doubling, to 15 s', async () => {
    const made = player({ retryDelay: 1000 });
    const delays = [];
    made.on(PLAYER_EVENTS.FAIL, (reason, detail) => delays.push(detail.delayMs));
    made.play();
    for (let i = 0; i < 6; i++) {
      browser.socket.end(1006);
      await browser.pass(delays.at(-1));
    }
    assert.deepEqual(delays, [1000, 2000, 4000, 8000, 15000, 15000]);
    assert.equal(made.fails[0][0], 'ws_error');
  });

  it('should stop after retryMax attempts in a row', async () => {
    const made = player({ retryMax: 3, retryDelay: 10 });
    made.play();
    for (let i = 0; i < 5; i++) {
      browser.socket.end(1006);
      await browser.pass(1000);
    }
    assert.equal(browser.sockets.length, 3);
    assert.equal(made.status, 'failed');
  });

  it('should count anew after a session that held', async () => {
    const made = await playing({ retryMax: 2, retryDelay: 10 });
    for (let i = 0; i < 4; i++) {
      await browser.pass(6000);
      browser.socket.end(1001);
      await browser.pass(20);
      browser.socket.open();
      browser.socket.says(OFFER);
      await settle();
      browser.peer.goes('connected');
    }
    assert.equal(browser.sockets.length, 5);
    assert.ok(made.fails.every(([, , willRetry]) => willRetry));
  });

  it('should happen at once when the network is back', async () => {
    player({ retryDelay: 10_000, wait: true }).play();
    browser.socket.end(1006);
    browser.window.fire('online');
    assert.equal(browser.sockets.length, 2);
    browser.socket.open();
    await browser.pass(60_000);
    assert.equal(browser.sockets.length, 2, 'the timer of before is gone');
  });

  it('should end when a listener of fail calls stop', async () => {
    const made = player();
    made.on(PLAYER_EVENTS.FAIL, () => made.stop());
    made.play();
    browser.socket.end(1006);
    await browser.pass(60_000);
    assert.equal(browser.sockets.length, 1);
    assert.equal(made.status, 'stopped');
  });

  it('should survive an application that throws', async () => {
    const errors = [];
    const error = console.error;
    console.error = (e) => errors.push(e.message);
    try {
      const made = player({
        onEvent() {
          throw new Error('theirs');
        },
      });
      made.on(PLAYER_EVENTS.FAIL, () => {
        throw new Error('theirs');
      });
      made.play();
      browser.socket.end(1006);
      await browser.pass(1000);
      assert.equal(browser.sockets.length, 2);
      assert.deepEqual(errors, ['theirs']);
    } finally {
      console.error = error;
    }
  });
});

describe('publisher over WebSocket', () => {
  it('should offer after the first message and stream when media is connected', async () => {
    const made = publisher();
    let streams = 0;
    made.on(PUBLISHER_EVENTS.STREAMING, () => streams++);
    await made.start();
    assert.equal(made.status, 'initializing');
    browser.socket.open();
    assert.equal(browser.socket.url, 'ws://media.example:8080/studio/one/webrtc/publish');
    await settle();
    assert.equal(browser.socket.sent.length, 0);
    browser.socket.says({ type: 'config', config: {} });
    await settle();
    assert.equal(browser.socket.ofType('offer').length, 1);
    browser.socket.says({ type: 'answer', sdp: 'answer' });
    browser.socket.says({ type: 'candidate', candidate: { candidate: 'c1', sdpMid: '0' } });
    await settle();
    assert.equal(streams, 0);
    browser.peer.goes('connected');
    assert.equal(streams, 1);
    assert.equal(made.status, 'streaming');
    assert.ok(browser.peer.transceivers.every((t) => t.direction === 'sendonly'));
  });

  it('should give the preview what it sends, and take it away on stop', async () => {
    const preview = new FakeElement();
    const made = await streaming({ preview, previewOptions: { controls: true, muted: true } });
    assert.equal(preview.srcObject, made.stream);
    assert.equal(preview.controls, true);
    made.stop();
    made.stop();
    assert.equal(preview.srcObject, null);
    assert.ok(browser.captured[0].getTracks().every((t) => t.readyState === 'ended'));
    assert.equal(made.status, 'stopped');
  });

  it('should tell the application of the close', async () => {
    const codes = [];
    await streaming({ onWebsocketClose: (event) => codes.push(event.code) });
    browser.socket.end(4429, 'full');
    assert.deepEqual(codes, [4429]);
  });

  it('should let the camera go when stopped while the user is asked', async () => {
    let allow;
    browser.captureGate = new Promise((resolve) => (allow = resolve));
    const made = publisher();
    const started = made.start();
    made.stop();
    allow();
    await started;
    assert.equal(browser.sockets.length, 0);
    assert.ok(browser.captured[0].getTracks().every((t) => t.readyState === 'ended'));
    assert.equal(made.status, 'stopped');
  });

  for (const [name, reason] of [['NotAllowedError', 'permission_denied'], ['NotFoundError', 'no_device'], ['NotReadableError', 'device_busy']]) {
    it(`should say ${reason} on ${name}`, async () => {
      browser.captureError = name;
      const made = publisher();
      let told;
      await made.start({ openPeerConnectionOptions: { getMediaOptions: { onGetUserMediaError: (error) => (told = error.name) } } });
      assert.deepEqual(made.fails, [[reason, 0, false]]);
      assert.equal(made.status, 'failed');
      assert.equal(told, name);
    });
  }

  it('should say that the page is not secure', async () => {
    browser.restore();
    browser = new FakeBrowser({ devices: [] });
    const made = publisher();
    await made.start();
    assert.deepEqual(made.fails, [['insecure_page', 0, false]]);
  });

  it('should leave tracks of the application alone', async () => {
    const mine = new MediaStream([new FakeTrack('audio'), new FakeTrack('video')]);
    const made = await streaming({ inputStreams: mine });
    assert.equal(browser.captured.length, 0);
    made.stop();
    assert.ok(mine.getTracks().every((t) => t.readyState === 'live'));
  });

  it('should mute sound and picture apart from each other', async () => {
    const made = await streaming();
    const [audio] = made.stream.getAudioTracks();
    const [video] = made.stream.getVideoTracks();
    assert.equal(made.mute(), true);
    assert.deepEqual([audio.enabled, video.enabled], [false, true]);
    assert.equal(made.muteVideo(true), true);
    assert.equal(made.mute(), false);
    assert.deepEqual([audio.enabled, video.enabled], [true, false]);
  });

  it('should put the wanted codec first, and of H.264 the form that all play', async () => {
    await streaming({ videoCodec: 'H264' });
    const video = browser.peer.transceivers.find((t) => t.kind === 'video');
    assert.deepEqual(video.codecs.map((c) => c.sdpFmtpLine || c.mimeType), [
      'packetization-mode=1;profile-level-id=42e01f', 'packetization-mode=1;profile-level-id=640032', 'packetization-mode=0;profile-level-id=42e01f',
      'video/VP8', 'video/VP9',
    ]);
  });

  it('should set the limit of the bitrate', async () => {
    await streaming({ maxBitrate: 900_000 });
    assert.deepEqual(browser.peer.transceivers.find((t) => t.kind === 'video').init.sendEncodings, [{ maxBitrate: 900_000 }]);
  });

  it('should send large pictures in layers, and others when it is told to', async () => {
    const rids = () => browser.peer.transceivers.find((t) => t.kind === 'video').init.sendEncodings?.map((e) => e.rid);
    const video = new FakeTrack('video');
    video.getSettings = () => ({ width: 1280, height: 720 });
    await streaming({ inputStreams: [video], maxBitrate: 2_000_000 });
    assert.deepEqual(rids(), ['q', 'h', 'f']);
    const { sendEncodings } = browser.peer.transceivers.find((t) => t.kind === 'video').init;
    assert.equal(sendEncodings.reduce((sum, e) => sum + e.maxBitrate, 0), 2_000_000);
    assert.deepEqual(sendEncodings.map((e) => e.scaleResolutionDownBy), [4, 2, 1]);
  });

  it('should send small pictures in one layer', async () => {
    const video = new FakeTrack('video');
    video.getSettings = () => ({ width: 640, height: 360 });
    await streaming({ inputStreams: [video] });
    assert.equal(browser.peer.transceivers.find((t) => t.kind === 'video').init.sendEncodings, undefined);
  });

  it('should share the screen without a new offer and return to the camera', async () => {
    const made = await streaming();
    const [camera] = made.stream.getVideoTracks();
    assert.equal(await made.shareScreen(), true);
    const sender = browser.peer.transceivers.find((t) => t.kind === 'video').sender;
    const [screen] = browser.displays[0].getVideoTracks();
    assert.equal(sender.track, screen);
    assert.deepEqual(made.stream.getVideoTracks(), [screen]);
    screen.onended(); // the browser's own button
    await settle();
    assert.equal(sender.track, camera);
    assert.equal(made.sharesScreen, false);
    assert.equal(browser.socket.ofType('offer').length, 1);
  });

  it('should not show a camera that was muted before the screen was shared', async () => {
    const made = await streaming();
    made.muteVideo(true);
    await made.shareScreen();
    assert.equal(made.stream.getVideoTracks()[0].enabled, true);
    await made.shareScreen();
    assert.equal(made.stream.getVideoTracks()[0].enabled, false);
  });

  it('should offer anew when the first picture is added to a publication of sound', async () => {
    const made = await streaming({ constraints: { audio: true, video: false } });
    await made.shareScreen();
    await settle();
    assert.equal(browser.socket.ofType('offer').length, 2);
    browser.socket.says({ type: 'answer', sdp: 'answer' });
    await settle();
    await made.shareScreen(false);
    await settle();
    assert.equal(browser.socket.ofType('offer').length, 3);
    assert.equal(browser.peer.transceivers.find((t) => t.kind === 'video').direction, 'inactive');
  });

  it('should make the next offer only after the answer to the last', async () => {
    const made = publisher({ constraints: { audio: true } });
    await made.start();
    browser.socket.open();
    browser.socket.says({ type: 'config', config: {} });
    await settle();
    await made.shareScreen();
    await settle();
    assert.equal(browser.socket.ofType('offer').length, 1);
    browser.socket.says({ type: 'answer', sdp: 'answer' });
    await settle();
    assert.equal(browser.socket.ofType('offer').length, 2);
  });

  it('should switch to another track', async () => {
    const made = await streaming();
    const [old] = made.stream.getVideoTracks();
    const next = new FakeTrack('video');
    await made.switchTrack(next);
    assert.equal(browser.peer.transceivers.find((t) => t.kind === 'video').sender.track, next);
    assert.equal(old.readyState, 'ended');
  });

  it('should not restart ICE while something comes', async () => {
    const came = (bytesReceived) => new Map([['p', { type: 'candidate-pair', bytesReceived }], ['t', { type: 'candidate-pair' }]]);
    await streaming();
    browser.stats = came(100);
    browser.peer.goes('disconnected');
    await settle();
    browser.stats = came(160);
    await browser.pass(3000);
    browser.stats = came(220);
    await browser.pass(3000);
    assert.equal(browser.peer.log.includes('restart'), false);
    await browser.pass(3000);
    assert.equal(browser.peer.log.includes('restart'), true);
  });

  it('should forget that the way was quiet when it is connected again', async () => {
    const made = await streaming();
    browser.peer.goes('disconnected');
    await browser.pass(2900);
    browser.peer.goes('connected');
    await browser.pass(30_000);
    browser.peer.goes('disconnected');
    browser.peer.goes('connected'); // before the first look is back
    await browser.pass(30_000);
    assert.equal(browser.peer.log.includes('restart'), false);
    assert.deepEqual(made.fails, []);
  });

  it('should restart ICE by a new offer when the way breaks, and then start anew', async () => {
    const made = await streaming();
    browser.peer.goes('disconnected');
    await browser.pass(3000);
    assert.deepEqual(browser.peer.log.filter((l) => l === 'restart').length, 1);
    browser.socket.says({ type: 'answer', sdp: 'answer' });
    await settle();
    browser.peer.goes('connected');
    await browser.pass(30_000);
    assert.deepEqual(made.fails, []);
    browser.peer.goes('failed');
    await browser.pass(8000);
    assert.deepEqual(made.fails, [['ice_connection_fail', 0, true]]);
  });

  it('should keep the camera through a reconnect', async () => {
    await streaming();
    browser.socket.end(1006);
    await browser.pass(1000);
    browser.socket.open();
    browser.socket.says({ type: 'config', config: {} });
    await settle();
    assert.equal(browser.captured.length, 1);
    assert.equal(browser.socket.ofType('offer').length, 1);
  });

  it('should tell of an unplugged camera and go on', async () => {
    const made = await streaming();
    made.stream.getVideoTracks()[0].fire('ended');
    assert.deepEqual(made.fails, [['device_lost', 0, false]]);
    assert.equal(made.status, 'streaming');
  });
});

describe('WHIP and WHEP', () => {
  it('should post an offer and delete the session on stop', async () => {
    browser.answers.push(created());
    const made = publisher({ transport: 'http', password: 'secret' });
    await made.start();
    await settle();
    const [post] = browser.requests;
    assert.deepEqual([post.method, post.url, post.headers['Content-Type'], post.headers.Authorization],
      ['POST', 'http://media.example:8080/studio/one/whip', 'application/sdp', 'Bearer secret']);
    browser.peer.goes('connected');
    assert.equal(made.status, 'streaming');
    made.stop();
    assert.deepEqual([browser.requests[1].method, browser.requests[1].url], ['DELETE', 'http://media.example:8080/studio/one/whip/abc']);
    assert.equal(browser.sockets.length, 0);
  });

  it('should close its connection after the session is deleted, which the server would otherwise have forgotten', async () => {
    browser.answers.push(created());
    const made = player({ transport: 'http' });
    made.play();
    await settle();
    made.stop();
    assert.deepEqual([browser.requests.at(-1).method, browser.peer.closed], ['DELETE', false]);
    await settle();
    assert.equal(browser.peer.closed, true);
  });

  it('should play with whipwhap as with transport http', async () => {
    browser.answers.push(created());
    player({ whipwhap: true, videoDisabled: true }).play();
    await settle();
    assert.equal(browser.requests[0].url, 'http://media.example:8080/studio/one/whep');
    assert.deepEqual(browser.peer.transceivers.map((t) => [t.kind, t.direction]), [['audio', 'recvonly']]);
  });

  it('should delete a session that came to be while it was stopped', async () => {
    let answer;
    browser.fetchGate = new Promise((resolve) => (answer = resolve));
    browser.answers.push(created());
    const made = player({ transport: 'http' });
    made.play();
    await settle();
    made.stop();
    answer();
    await settle();
    assert.deepEqual(browser.requests.map((r) => r.method), ['POST', 'DELETE']);
  });

  it('should report refusals by the close codes and not repeat the hopeless ones', async () => {
    for (const [status, code] of [[401, 4401], [403, 4403], [404, 4404], [415, 4422], [422, 4422]]) {
      const body = JSON.stringify({ errors: [{ status: String(status), code: 'x', title: 'The reason.' }] });
      browser.answers = [new Response(body, { status })];
      browser.requests = [];
      const made = player({ transport: 'http' });
      let sentence;
      made.on(PLAYER_EVENTS.FAIL, (reason, detail) => (sentence = detail.message));
      made.play();
      await browser.pass(60_000);
      assert.deepEqual(made.fails, [['http_error', code, false]]);
      assert.equal(sentence, 'The reason.');
      assert.equal(browser.requests.length, 1);
    }
  });

  it('should ask again after Retry-After for a stream that is not live', async () => {
    browser.answers.push(new Response('{}', { status: 409, headers: { 'Retry-After': '3' } }), created());
    const made = player({ transport: 'http', wait: true });
    made.play();
    await settle();
    assert.equal(made.status, 'waiting');
    await browser.pass(2999);
    assert.equal(browser.requests.length, 1);
    await browser.pass(1);
    assert.equal(browser.requests.length, 2);
  });

  it('should notice the end of the session by DTLS', async () => {
    browser.answers.push(created());
    const made = player({ transport: 'http' });
    made.play();
    await settle();
    browser.peer.goes('connected');
    browser.peer.transport.state = 'closed';
    browser.peer.transport.onstatechange();
    await browser.pass(0);
    assert.deepEqual(made.fails, [['peer_connection_closed', 4410, true]]);
  });

  it('should restart ICE by PATCH', async () => {
    browser.answers.push(created('v=0\r\nm=audio 9\r\na=mid:0\r\na=ice-ufrag:old\r\na=ice-pwd:old\r\na=candidate:1 old\r\n'));
    player({ transport: 'http' }).play();
    await settle();
    browser.peer.goes('connected');
    browser.answers.push(new Response('a=ice-ufrag:new\r\na=ice-pwd:newpwd\r\na=candidate:1 new\r\n'));
    browser.peer.goes('failed');
    await settle();
    const patch = browser.requests.find((r) => r.method === 'PATCH');
    assert.deepEqual([patch.headers['Content-Type'], patch.headers['If-Match']], ['application/trickle-ice-sdpfrag', '*']);
    assert.equal(browser.peer.remoteDescription.sdp, 'v=0\r\nm=audio 9\r\na=mid:0\r\na=candidate:1 new\r\na=ice-ufrag:new\r\na=ice-pwd:newpwd\r\n');
  });

  it('should start anew when the restart is refused', async () => {
    browser.answers.push(created());
    const made = player({ transport: 'http' });
    made.play();
    await settle();
    browser.peer.goes('connected');
    browser.answers.push(new Response('', { status: 500 }));
    browser.peer.goes('failed');
    await settle();
    assert.deepEqual(made.fails, [['http_error', 0, true]]);
    browser.answers.push(created());
    await browser.pass(1000);
    assert.equal(browser.requests.filter((r) => r.method === 'POST').length, 2);
  });

  it('should let the server know when the page is left', async () => {
    browser.answers.push(created());
    player({ transport: 'http' }).play();
    await settle();
    browser.window.fire('pagehide');
    assert.equal(browser.requests.at(-1).method, 'DELETE');
  });

  it('should hand over the media info', async () => {
    browser.answers.push(created(), Response.json({ tracks: [{ track_id: 'v1', content: 'video' }] }));
    let tracks;
    player({ transport: 'http', onMediaInfo: (list) => (tracks = list) }).play();
    await settle();
    assert.deepEqual(tracks, [{ track_id: 'v1', content: 'video' }]);
  });
});

describe('text of sessions', () => {
  it('should accept stereo in Opus once', () => {
    const { acceptStereo } = api.internals;
    const sdp = 'a=rtpmap:111 opus/48000/2\r\na=fmtp:111 minptime=10;useinbandfec=1\r\na=fmtp:96 x=1\r\n';
    const stereo = 'a=rtpmap:111 opus/48000/2\r\na=fmtp:111 minptime=10;useinbandfec=1;stereo=1\r\na=fmtp:96 x=1\r\n';
    assert.equal(acceptStereo(sdp), stereo);
    assert.equal(acceptStereo(stereo), stereo);
  });

  it('should write the fragment of a restart', () => {
    const sdp = 'v=0\r\nm=audio 9 UDP/TLS/RTP/SAVPF 111\r\na=ice-ufrag:u\r\na=ice-pwd:p\r\na=mid:0\r\na=candidate:1\r\nm=video 9 x\r\na=ice-ufrag:u\r\na=candidate:1\r\n';
    assert.equal(api.internals.iceFragment(sdp), 'a=ice-ufrag:u\r\na=ice-pwd:p\r\nm=audio 9 UDP/TLS/RTP/SAVPF 111\r\na=mid:0\r\na=candidate:1\r\n');
  });
});

describe('figures', () => {
  it('should be rates over the time between two calls', async () => {
    const made = await playing();
    const at = (timestamp, bytes, packets, lost, frames) => new Map([
      ['r', { id: 'r', type: 'inbound-rtp', kind: 'video', timestamp, bytesReceived: bytes, packetsReceived: packets, packetsLost: lost, framesDecoded: frames, codecId: 'c', frameWidth: 640, frameHeight: 360 }],
      ['c', { id: 'c', type: 'codec', mimeType: 'video/VP8' }],
      ['t', { id: 't', type: 'transport', selectedCandidatePairId: 'p' }],
      ['p', { id: 'p', type: 'candidate-pair', currentRoundTripTime: 0.025 }],
    ]);
    browser.stats = at(1000, 0, 0, 0, 0);
    await made.getFigures();
    browser.stats = at(3000, 250_000, 90, 10, 60);
    const { video, roundTripMs } = await made.getFigures();
    assert.deepEqual([video.bitrateBps, video.lossPercent, video.fps, video.codec, roundTripMs], [1_000_000, 10, 30, 'VP8', 25]);
    made.stop();
    assert.equal(await made.getFigures(), null);
  });

  it('should still be of a picture that the browser is silent about for a moment', async () => {
    const made = await playing();
    const video = { id: 'v', type: 'inbound-rtp', kind: 'video', frameWidth: 640, frameHeight: 360 };
    browser.stats = new Map([['v', { ...video, timestamp: 0, bytesReceived: 0, framesDecoded: 0 }]]);
    await made.getFigures();
    browser.stats = new Map([['v', { ...video, timestamp: 1000, bytesReceived: 1000, framesDecoded: 30 }]]);
    await made.getFigures();
    browser.stats = new Map([['a', { id: 'a', type: 'inbound-rtp', kind: 'audio', timestamp: 1500, bytesReceived: 9 }]]);
    const figures = await made.getFigures();
    assert.deepEqual([figures.video.height, figures.video.fps, figures.video.bitrateBps], [360, 0, 0]);
    assert.notEqual(figures.audio, null);
  });

  it('should be of all layers of a picture together, and of the largest that is sent', async () => {
    const made = await streaming();
    const layer = (id, timestamp, bytesSent, framesEncoded, lines, more) => [
      id, { id, type: 'outbound-rtp', kind: 'video', rid: id, timestamp, bytesSent, framesEncoded, frameWidth: lines * 16 / 9, frameHeight: lines, ...more },
    ];
    browser.stats = new Map([layer('q', 0, 0, 0, 180), layer('h', 0, 0, 0, 360), layer('f', 0, 0, 0, 720)]);
    await made.getFigures();
    browser.stats = new Map([layer('f', 1000, 0, 0, 720), layer('h', 1000, 50_000, 30, 360), layer('q', 1000, 12_500, 15, 180, { qualityLimitationReason: 'bandwidth' })]);
    const { video } = await made.getFigures();
    assert.deepEqual([video.bitrateBps, video.height, video.fps, video.limitedBy], [500_000, 360, 30, 'bandwidth']);
  });
});
