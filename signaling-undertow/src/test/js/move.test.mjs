// SPDX-License-Identifier: Apache-2.0
// The client library when a server sends it to another, against a fake browser. Run: node --test signaling-undertow/src/test/js/move.test.mjs

import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';

import { FakeBrowser, FakeElement, FakeTrack, settle } from './fakes.mjs';

const CLIENT = new URL('../../main/resources/dev/sluice/signaling/pages/client/', import.meta.url);
const { default: api, Player, Publisher } = await import(new URL('sluice.mjs', CLIENT));

const HERE = 'http://here.example:8080/studio/one?token=t';
const THERE = 'http://there.example:9090/studio/one';
const OFFER = { type: 'offer', sdp: 'v=0', config: {} };
const DECODED = new Map([['v', { type: 'inbound-rtp', kind: 'video', framesDecoded: 1 }]]);

let browser;
beforeEach(() => (browser = new FakeBrowser()));
afterEach(() => browser.restore());

function note(client) {
  client.fails = [];
  client.statuses = [];
  client.on('fail', (reason, detail) => client.fails.push([reason, detail.code, detail.willRetry]));
  client.on('status', (status) => client.statuses.push(status));
  return client;
}

async function answerOffer() {
  browser.socket.open();
  browser.socket.says(OFFER);
  await settle();
  browser.peer.goes('connected');
  await settle();
}

async function playing(opts, url = HERE) {
  const player = note(new Player(new FakeElement(), url, opts));
  player.play();
  await answerOffer();
  player.element.fire('playing');
  player.statuses.length = 0;
  return player;
}

async function answerPublisher() {
  browser.socket.open();
  browser.socket.says({ type: 'config', config: {} });
  await settle();
  browser.socket.says({ type: 'answer', sdp: 'answer' });
  await settle();
  browser.peer.goes('connected');
  await settle();
}

async function streaming(opts) {
  const publisher = note(new Publisher(HERE, opts));
  await publisher.start();
  await answerPublisher();
  publisher.statuses.length = 0;
  return publisher;
}

const send = (socket, url = THERE) => socket.says({ type: 'reconnect', url });

describe('a player that is sent to another server', () => {
  it('should stay until the picture there is decoded, then show it in the same stream', async () => {
    const player = await playing({ password: 'pw' });
    const [here] = browser.sockets;
    const [before] = browser.peers;
    const shown = player.element.srcObject;
    const old = shown.getTracks();
    send(here);
    assert.equal(browser.socket.url, 'ws://there.example:9090/studio/one/webrtc?token=t&password=pw&wait=1');
    await answerOffer();
    await browser.pass(2_000);
    assert.equal(here.readyState, 0 + 1);
    assert.deepEqual(shown.getTracks(), old);
    browser.stats = DECODED;
    await browser.pass(1_000);
    assert.equal(player.element.srcObject, shown);
    assert.equal(shown.getTracks().length, 2);
    assert.ok(shown.getTracks().every((track) => !old.includes(track)));
    assert.equal(here.readyState, 3);
    assert.equal(before.closed, true);
    assert.deepEqual([player.statuses, player.fails], [[], []]);
  });

  it('should never have two tracks of a kind in the stream, nor none, and play on where one alone is left', async () => {
    const player = await playing();
    const shown = player.element.srcObject;
    const kinds = [];
    for (const name of ['addTrack', 'removeTrack']) {
      const change = shown[name];
      shown[name] = (track) => {
        change.call(shown, track);
        kinds.push(shown.getTracks().map(({ kind }) => kind).sort().join(' '));
      };
    }
    const { playCalls } = player.element;
    send(browser.socket);
    await answerOffer();
    browser.stats = DECODED;
    await browser.pass(1_000);
    assert.ok(kinds.length > 0 && kinds.every((now) => ['audio', 'video', 'audio video'].includes(now)), kinds.join(', '));
    assert.equal(player.element.playCalls, playCalls + 1);
  });

  it('should leave an element stopped that was', async () => {
    const player = await playing();
    const { playCalls } = player.element;
    player.element.paused = true;
    send(browser.socket);
    await answerOffer();
    browser.stats = DECODED;
    await browser.pass(1_000);
    assert.equal(player.element.srcObject.getTracks().length, 2);
    assert.equal(player.element.playCalls, playCalls);
  });

  it('should tell of the tracks there when it shows them', async () => {
    const infos = [];
    const player = await playing({ onTrackInfo: (info) => infos.push(info.video_track_id) });
    send(browser.socket);
    await answerOffer();
    browser.socket.says({ type: 'info', video_track_id: 'there' });
    await settle();
    assert.deepEqual(infos, []);
    browser.stats = DECODED;
    await browser.pass(1_000);
    assert.deepEqual(infos, ['there']);
    assert.equal(player.status, 'playing');
  });

  it('should tell each server of its own session', async () => {
    const player = note(new Player(new FakeElement(), HERE, {}));
    player.play();
    browser.socket.open();
    browser.socket.says({ ...OFFER, session_id: 'here' });
    await settle();
    browser.peer.goes('connected');
    player.element.fire('playing');
    await settle();
    send(browser.socket);
    browser.socket.open();
    browser.socket.says({ ...OFFER, session_id: 'there' });
    await settle();
    browser.stats = DECODED;
    browser.peer.goes('connected');
    await browser.pass(1_000);
    player.stop();
    await settle();
    assert.deepEqual(browser.reports.map(({ url }) => url), [
      'http://here.example:8080/studio/one/sessions/here?token=t', 'http://there.example:9090/studio/one/sessions/there?token=t',
      'http://here.example:8080/studio/one/sessions/here?token=t', 'http://there.example:9090/studio/one/sessions/there?token=t',
    ]);
  });

  it('should wait there without a word while the stream is not live there yet', async () => {
    const player = await playing();
    send(browser.socket);
    browser.socket.open();
    await browser.pass(30_000);
    assert.equal(browser.sockets.length, 2);
    assert.deepEqual([player.statuses, player.fails], [[], []]);
  });

  it('should stay and try again, less and less often, when nobody answers there', async () => {
    const player = await playing();
    const [here] = browser.sockets;
    send(here);
    for (let i = 2; i <= 5; i++) {
      browser.socket.end(1006);
      await browser.pass(1_000 * 2 ** (i - 2) - 1);
      assert.equal(browser.sockets.length, i);
      await browser.pass(1);
      assert.equal(browser.sockets.length, i + 1);
    }
    assert.equal(here.readyState, 1);
    assert.deepEqual([player.statuses, player.fails], [[], []]);
  });

  it('should stay for good when it is refused there', async () => {
    const player = await playing();
    send(browser.socket);
    browser.socket.open();
    browser.socket.says({ type: 'error', code: 4401, error: 'no' });
    browser.socket.end(4401);
    await browser.pass(60_000);
    assert.equal(browser.sockets.length, 2);
    assert.deepEqual([player.statuses, player.fails], [[], []]);
  });

  it('should stay when that is taken back', async () => {
    const player = await playing();
    const [here] = browser.sockets;
    send(here);
    await answerOffer();
    here.says({ type: 'stay' });
    browser.stats = DECODED;
    await browser.pass(60_000);
    assert.equal(browser.sockets[1].readyState, 3);
    assert.equal(here.readyState, 1);
    assert.equal(player.status, 'playing');
  });

  it('should go to the server named last', async () => {
    await playing();
    const [here] = browser.sockets;
    send(here);
    send(here);
    assert.equal(browser.sockets.length, 2);
    send(here, 'http://third.example/studio/one');
    assert.equal(browser.sockets[1].readyState, 3);
    assert.equal(browser.socket.url, 'ws://third.example/studio/one/webrtc?token=t&wait=1');
  });

  it('should be there when the session here ends before the picture there has come', async () => {
    const player = await playing();
    const [here] = browser.sockets;
    send(here);
    browser.socket.open();
    here.end(1001);
    await browser.pass(2_000);
    assert.equal(browser.socket.url, 'ws://there.example:9090/studio/one/webrtc?token=t');
    await answerOffer();
    player.element.fire('playing');
    assert.equal(player.status, 'playing');
  });

  it('should come back to the server of the application when there is none where it was sent', async () => {
    await playing();
    const [here] = browser.sockets;
    send(here);
    here.end(1001);
    await browser.pass(2_000);
    assert.match(browser.socket.url, /there/);
    browser.socket.end(1006);
    await browser.pass(4_000);
    assert.match(browser.socket.url, /here/);
  });

  it('should go at once when it has no session yet', async () => {
    const player = note(new Player(new FakeElement(), HERE, { wait: true }));
    player.play();
    browser.socket.open();
    send(browser.socket);
    assert.equal(browser.sockets[0].readyState, 3);
    assert.equal(browser.socket.url, 'ws://there.example:9090/studio/one/webrtc?token=t&wait=1');
    assert.deepEqual(player.fails, []);
    player.stop();
    player.play();
    assert.match(browser.socket.url, /here/);
  });

  it('should not be sent round in circles', async () => {
    const player = note(new Player(new FakeElement(), HERE, {}));
    player.play();
    for (let i = 0; i < 4; i++) {
      browser.socket.open();
      send(browser.socket, i % 2 ? HERE : THERE);
    }
    assert.equal(browser.sockets.length, 4);
    assert.deepEqual(player.fails, [['ws_closed', 0, true]]);
  });

  it('should close both sessions on stop', async () => {
    const player = await playing();
    send(browser.socket);
    await answerOffer();
    player.stop();
    browser.stats = DECODED;
    await browser.pass(60_000);
    assert.ok(browser.sockets.every((socket) => socket.readyState === 3));
    assert.ok(browser.peers.every((peer) => peer.closed));
    assert.equal(browser.sockets.length, 2);
  });

  it('should not follow what is no server, nor leave TLS', async () => {
    const { otherServer } = api.internals;
    const wss = 'wss://here.example/studio/one/webrtc';
    const bad = ['javascript:alert(1)', 'data:text/html,x', 'file:///etc/passwd', 'https://u:p@there.example/studio/one', 'http://[', undefined, null, 7, {}];
    for (const raw of bad) assert.equal(otherServer(raw, 'blob:x', HERE), null, String(raw));
    assert.equal(otherServer(undefined, wss, HERE), null);
    assert.equal(otherServer('http://there.example/studio/one', wss, HERE), null);
    assert.equal(otherServer('ws://there.example/studio/one', wss, HERE), null);
    assert.equal(otherServer('https://there.example/studio/one/whep#x', wss, HERE), 'https://there.example/studio/one?token=t');
    assert.equal(otherServer('https://there.example/studio/one?token=theirs', wss, HERE), 'https://there.example/studio/one?token=t');
    const player = await playing({}, 'https://here.example/studio/one');
    send(browser.socket);
    assert.equal(browser.sockets.length, 1);
    assert.equal(player.status, 'playing');
  });
});

describe('a publisher that is sent to another server', () => {
  it('should publish there the same tracks, and here until the server lets it go', async () => {
    const publisher = await streaming();
    const [here] = browser.sockets;
    send(here);
    assert.equal(browser.socket.url, 'ws://there.example:9090/studio/one/webrtc/publish?token=t');
    assert.deepEqual(here.ofType('moved'), []);
    await answerPublisher();
    const sent = (peer) => peer.transceivers.map((transceiver) => transceiver.sender.track);
    assert.deepEqual(sent(browser.peers[1]), sent(browser.peers[0]));
    assert.equal(here.ofType('moved').length, 1);
    assert.equal(here.readyState, 1);
    here.end(1000);
    await browser.pass(60_000);
    assert.equal(browser.sockets.length, 2);
    assert.equal(browser.peers[0].closed, true);
    assert.deepEqual([publisher.statuses, publisher.fails], [[], []]);
  });

  it('should send another track to both while it is at both', async () => {
    const publisher = await streaming();
    send(browser.sockets[0]);
    await answerPublisher();
    const camera = new FakeTrack('video');
    await publisher.switchTrack(camera);
    for (const peer of browser.peers) assert.ok(peer.transceivers.some((transceiver) => transceiver.sender.track === camera));
  });

  it('should leave both on stop', async () => {
    const publisher = await streaming();
    send(browser.sockets[0]);
    await answerPublisher();
    publisher.stop();
    assert.ok(browser.sockets.every((socket) => socket.readyState === 3));
    assert.ok(browser.peers.every((peer) => peer.closed));
  });

  it('should stay here when it cannot publish there', async () => {
    const publisher = await streaming();
    send(browser.socket);
    browser.socket.end(1006);
    await browser.pass(10_000);
    assert.equal(browser.sockets[0].readyState, 1);
    assert.deepEqual([publisher.statuses, publisher.fails], [[], []]);
  });

  it('should reconnect there when the session there breaks', async () => {
    await streaming();
    send(browser.sockets[0]);
    await answerPublisher();
    browser.socket.end(1006);
    await browser.pass(2_000);
    assert.match(browser.socket.url, /there/);
    assert.equal(browser.sockets.length, 3);
  });
});

describe('a redirect of WHIP or WHEP', () => {
  const answer = (status, url, headers = {}) => {
    const response = new Response(status === 201 ? 'answer' : '{}', { status, headers });
    Object.defineProperties(response, { redirected: { value: true }, url: { value: url } });
    return response;
  };

  it('should be asked again with the password, which browsers take out on the way', async () => {
    const there = `${THERE}/whep?token=t`;
    browser.answers.push(answer(401, there), answer(201, there, { Location: '/studio/one/whep/abc', 'X-Sid': 's' }));
    const player = note(new Player(new FakeElement(), HERE, { transport: 'http', password: 'pw' }));
    player.play();
    await browser.pass(300);
    assert.deepEqual(browser.requests.map((r) => [r.url, r.headers.Authorization]), [
      ['http://here.example:8080/studio/one/whep?token=t', 'Bearer pw'], [there, 'Bearer pw'],
    ]);
    player.stop();
    await settle();
    assert.equal(browser.requests.at(-1).url, 'http://there.example:9090/studio/one/whep/abc');
    assert.deepEqual(player.fails, []);
  });

  it('should not be given the password when it leaves TLS', async () => {
    browser.answers.push(answer(401, `${THERE}/whep`));
    const player = note(new Player(new FakeElement(), 'https://here.example/studio/one', { transport: 'http', password: 'pw' }));
    player.play();
    await browser.pass(300);
    assert.equal(browser.requests.length, 1);
    assert.deepEqual(player.fails, [['http_error', 4401, false]]);
  });
});
