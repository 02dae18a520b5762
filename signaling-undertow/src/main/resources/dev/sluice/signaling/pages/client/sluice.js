// SPDX-License-Identifier: Apache-2.0
//
// Sluice client library: publish to and play from a Sluice server, over WebSocket or WHIP/WHEP.
//
// This one file is the whole library. As a script tag it gives the global `Sluice` (and `FlussonicWebRTC` when that name is free, so that
// code written for Flussonic's library runs unchanged); `sluice.mjs` beside it gives the same as an ES module; `require` works too.
//
// How it is built: a client (Player or Publisher) is what the application holds and what survives reconnects. An Attempt is one try at a
// session: one WebSocket or one WHIP/WHEP resource, and one RTCPeerConnection. It lives once, ends once, and after that nothing of it can
// touch the client any more. That is the whole answer to races such as stop() while connecting.
(function (scope) {
  'use strict';

  const VERSION = '0.1.0';

  const PLAYER_EVENTS = Object.freeze({ PLAY: 'play', FAIL: 'fail', DEBUG: 'debug', STATUS: 'status', MUTED: 'muted' });
  const PUBLISHER_EVENTS = Object.freeze({
    STREAMING: 'streaming', FAIL: 'fail', DEBUG: 'debug', STATUS: 'status', TRACKS: 'tracks',
  });
  const PLAYER_STATUSES = Object.freeze({
    STOPPED: 'stopped', CONNECTING: 'connecting', WAITING: 'waiting', PLAYING: 'playing', RECONNECTING: 'reconnecting', FAILED: 'failed',
  });
  const PUBLISHER_STATUSES = Object.freeze({
    STOPPED: 'stopped', INITIALIZING: 'initializing', STREAMING: 'streaming', RECONNECTING: 'reconnecting', FAILED: 'failed',
  });
  /** WebSocket close codes of Sluice. Answers of WHIP and WHEP are reported by the same numbers. */
  const CODES = Object.freeze({
    BAD_MESSAGE: 4400, PASSWORD: 4401, ORIGIN: 4403, NOT_DECLARED: 4404, NOT_LIVE: 4409, ENDED: 4410, REPLACED: 4411, CODECS: 4422,
    CAPS: 4429,
  });

  const OPEN_TIMEOUT_MS = 10_000;
  const OFFER_TIMEOUT_MS = 10_000;
  const MEDIA_TIMEOUT_MS = 20_000; // the server allows 10 s for ICE and 10 s for DTLS
  const GATHER_MS = 250; // candidates found later are not needed: the server learns them from the checks
  const GOODBYE_TIMEOUT_MS = 1_000;
  const LOOK_MS = 5_000; // a page that goes has no time to ask for figures: its last report is as old as this at most
  const MAX_LOOKS = 3; // of a publisher
  const DISCONNECTED_MS = 3_000; // a browser often recovers by itself within this time
  const RESTART_TIMEOUT_MS = 8_000;
  const WAITING_AFTER_MS = 400;
  const STABLE_MS = 5_000; // a session that held this long makes the next back-off start anew
  const MAX_DELAY_MS = 15_000;
  const PICTURE_POLL_MS = 50;
  const SETTLE_MS = 500; // a newcomer's first picture comes out of the server's memory and may be a little old
  const PICTURE_TIMEOUT_MS = 10_000;
  const MAX_HOPS = 3; // servers that send us to one another

  // ---- small helpers ----------------------------------------------------------------------------------------------------------------

  /** Why an attempt or a capture ended. `reason` is one of the words Flussonic's library uses, or one of ours (see sluice.d.ts). */
  class Failure {
    constructor(reason, message, more = {}) {
      this.reason = reason;
      this.message = message;
      this.code = more.code || 0;
      this.retryAfterMs = more.retryAfterMs || 0;
      this.final = more.final || false;
      this.cause = more.cause;
    }
  }

  /** No reconnect can help after these: the same request would get the same refusal, or would fight another publisher. */
  function isFinal(code, publishing) {
    return (code >= 4401 && code <= 4404) || code === CODES.REPLACED || code === CODES.CODECS || (publishing && code === CODES.ENDED);
  }

  /** The WebSocket or HTTP URL of a stream. Keeps the application's scheme, but a secure page may only open secure connections. */
  function endpoint(raw, socket, suffix, query) {
    const page = typeof location === 'undefined' ? undefined : location;
    const url = new URL(raw, page && page.href);
    const secure = url.protocol === 'https:' || url.protocol === 'wss:' || (page && page.protocol === 'https:');
    url.protocol = socket ? (secure ? 'wss:' : 'ws:') : secure ? 'https:' : 'http:';
    url.pathname = url.pathname.replace(/\/+$/, '') + suffix;
    url.hash = '';
    for (const [name, value] of Object.entries(query)) {
      if (value !== undefined && value !== null && value !== '') url.searchParams.set(name, value);
    }
    return url.href;
  }

  /**
   * The stream's URL on the server that we are sent to, with the application's own query; null when it must not be followed: the query
   * may hold secrets, so never to anything but a server, and never from TLS to plain text.
   */
  function otherServer(raw, from, original) {
    const isSecure = (url) => url.protocol === 'https:' || url.protocol === 'wss:';
    const page = typeof location === 'undefined' ? undefined : location.href;
    let url;
    try {
      url = new URL(raw, from);
    } catch {
      return null;
    }
    if (typeof raw !== 'string' || !/^(https?|wss?):$/.test(url.protocol) || url.username || url.password) return null;
    if (isSecure(new URL(from)) && !isSecure(url)) return null;
    url.pathname = url.pathname.replace(/\/(whip|whep|whap)$/, '');
    url.search = new URL(original, page).search;
    url.hash = '';
    return url.href;
  }

  /** `config.turn` of the first message, as Flussonic's servers send it. */
  function iceServers(config) {
    const turn = config && config.turn;
    if (!turn) return [];
    return [{ urls: [`turn:${turn.addr}:${turn.port}?transport=tcp`], username: turn.user, credential: turn.pass }];
  }

  function gathered(pc) {
    if (pc.iceGatheringState === 'complete') return Promise.resolve();
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, GATHER_MS);
      pc.addEventListener('icegatheringstatechange', () => {
        if (pc.iceGatheringState !== 'complete') return;
        clearTimeout(timer);
        resolve();
      });
    });
  }

  /** Chromium decodes Opus as mono unless its own description says stereo=1 (RFC 7587 section 6.1); it costs nothing for mono streams. */
  function acceptStereo(sdp) {
    for (const [, type] of sdp.matchAll(/^a=rtpmap:(\d+) opus\/48000/gim)) {
      sdp = sdp.replace(new RegExp(`^(a=fmtp:${type} (?!.*\\bstereo=1).*?)(\\r?)$`, 'm'), '$1;stereo=1$2');
    }
    return sdp;
  }

  /** The body of an ICE restart by PATCH: our new credentials and candidates (RFC 9725 section 4.3.3, RFC 8840 section 9). */
  function iceFragment(sdp) {
    const lines = sdp.split(/\r?\n/);
    const first = (prefix) => lines.find((line) => line.startsWith(prefix));
    const candidates = [...new Set(lines.filter((line) => line.startsWith('a=candidate:')))];
    const out = [first('a=ice-ufrag:'), first('a=ice-pwd:'), first('m='), first('a=mid:'), ...candidates];
    return out.filter(Boolean).join('\r\n') + '\r\n';
  }

  /** The server's description with the credentials and candidates of the fragment that answered the restart. */
  function applyIceFragment(sdp, fragment) {
    const news = fragment.split(/\r?\n/);
    const find = (prefix) => news.find((line) => line.startsWith(prefix));
    const candidates = news.filter((line) => line.startsWith('a=candidate:'));
    const ufrag = find('a=ice-ufrag:');
    const pwd = find('a=ice-pwd:');
    if (!ufrag || !pwd) throw new Error('the answer to the ICE restart has no credentials');
    const out = [];
    let placed = candidates.length === 0;
    for (const line of sdp.split(/\r?\n/)) {
      if (line.startsWith('a=ice-ufrag:')) out.push(ufrag);
      else if (line.startsWith('a=ice-pwd:')) out.push(pwd);
      else if (candidates.length > 0 && /^a=(candidate:|end-of-candidates)/.test(line)) continue;
      else out.push(line);
      if (!placed && line.startsWith('a=mid:')) {
        out.push(...candidates);
        placed = true;
      }
    }
    return out.join('\r\n');
  }

  /** Puts one codec first and keeps the others, so that a browser without it still publishes. Of H.264 the form every browser plays. */
  function preferCodec(transceiver, kind, name) {
    const all = globalThis.RTCRtpSender?.getCapabilities?.(kind)?.codecs;
    if (!name || !all || !transceiver.setCodecPreferences) return;
    const type = `${kind}/${name}`.toLowerCase();
    const rank = (codec) => {
      if (codec.mimeType.toLowerCase() !== type) return 3;
      if (type !== 'video/h264') return 0;
      const fmtp = codec.sdpFmtpLine || '';
      if (!fmtp.includes('packetization-mode=1')) return 2;
      return /profile-level-id=42e0/i.test(fmtp) ? 0 : 1;
    };
    transceiver.setCodecPreferences(all.map((codec, i) => [rank(codec), i, codec]).sort((a, b) => a[0] - b[0] || a[1] - b[1]).map((e) => e[2]));
  }

  /** The sentence of an error answer: ours ({"errors":[{"title"}]}) or an older one ({"error"}). */
  async function errorSentence(response) {
    try {
      const body = await response.json();
      return (body.errors && body.errors[0] && body.errors[0].title) || body.error || '';
    } catch {
      return '';
    }
  }

  function httpCode(status) {
    const codes = { 401: 4401, 403: 4403, 404: 4404, 409: 4409, 410: 4410, 413: 4400, 415: 4422, 422: 4422, 429: 4429, 503: 4429 };
    return codes[status] || 0;
  }

  // ---- one try at a session ---------------------------------------------------------------------------------------------------------

  /**
   * A picture of 720 lines and more is sent in three sizes, so that players on narrow ways get one that fits; the layers share
   * the limit as their pixels' need has it. undefined: as the browser likes it.
   */
  function encodings(track, simulcast, maxBitrate) {
    const { width = 0, height = 0 } = track.getSettings ? track.getSettings() : {};
    const layered = simulcast === undefined ? Math.min(width, height) >= 720 : simulcast;
    if (!layered) return maxBitrate ? [{ maxBitrate }] : undefined;
    return [['q', 4, 0.08], ['h', 2, 0.22], ['f', 1, 0.7]].map(([rid, scaleResolutionDownBy, share]) => (
      { rid, scaleResolutionDownBy, ...(maxBitrate ? { maxBitrate: Math.round(maxBitrate * share) } : {}) }
    ));
  }

  class Attempt {
    constructor(client, base) {
      this.client = client;
      this.base = base; // the stream's URL, at the application's server or another that it sent us to
      this.url = ''; // what was asked for
      this.publishing = client._publishing;
      this.http = client._http;
      this.over = false;
      this.pc = null;
      this.ws = null;
      this.resource = null; // WHIP/WHEP session URL
      this.told = null; // the server's error message, heard before its close
      this.inbox = Promise.resolve(); // messages are handled one after the other: a candidate waits for its offer
      this.early = []; // candidates of ours that wait until our description has left
      this.described = false;
      this.negotiating = false;
      this.negotiateAgain = false;
      this.restartAgain = false;
      this.restarted = false;
      this.upSinceMs = 0;
      this.openedMs = Date.now();
      this.startedMs = 0; // when the picture ran first
      this.seen = { stall_count: 0, stall_duration: 0 };
      this.stream = null;
      this.trackInfo = null;
      this.mediaInfo = null;
      this.timers = new Map();
      this.meter = null;
    }

    begin() {
      if (this.http) this.guard(this.post(), 'http_error');
      else this.openSocket();
    }

    /** Ends the attempt and tells the client, once. */
    fail(failure) {
      if (this.over) return;
      this.close();
      this.client._onFailure(this, failure);
    }

    /** Ends the attempt silently. Safe to call at any time, any number of times. */
    close() {
      if (this.over) return;
      this.over = true;
      for (const timer of this.timers.values()) clearTimeout(timer);
      this.timers.clear();
      const { pc } = this;
      const last = [];
      // Its figures go with the connection.
      if (this.startedMs) last.push(this.look().then(() => void this.report()));
      // The resource first: the server forgets it when it sees the connection close, and would answer 404.
      if (this.resource) last.push(this.deleteResource());
      if (this.ws) this.ws.close();
      if (last.length === 0) return void (pc && pc.close());
      Promise.race([Promise.all(last), new Promise((r) => setTimeout(r, GOODBYE_TIMEOUT_MS))]).then(() => pc.close());
    }

    timer(name, delayMs, action) {
      this.cancel(name);
      this.timers.set(name, setTimeout(() => {
        this.timers.delete(name);
        if (!this.over) action();
      }, delayMs));
    }

    cancel(name) {
      clearTimeout(this.timers.get(name));
      this.timers.delete(name);
    }

    /** An exception inside an attempt ends it; one that comes after its end is of no interest. */
    guard(promise, reason) {
      return promise.catch((error) => {
        this.client._debug(reason, error);
        this.fail(error instanceof Failure ? error : new Failure(reason, String((error && error.message) || error), { cause: error }));
      });
    }

    // -- the peer connection --

    openPeer(servers) {
      const pc = new RTCPeerConnection({ iceServers: servers, bundlePolicy: 'max-bundle' });
      this.pc = pc;
      pc.onicecandidate = (event) => event.candidate && this.sendCandidate(event.candidate);
      pc.onconnectionstatechange = () => this.onConnectionState();
      pc.ontrack = (event) => this.over || this.client._onTrack(this, event.track);
      this.timer('media', MEDIA_TIMEOUT_MS, () => this.fail(this.lost()));
      return pc;
    }

    onConnectionState() {
      if (this.over) return;
      const state = this.pc.connectionState;
      if (this.isCurrent()) this.client._event({ type: 'connection state', connection: state });
      if (state === 'connected') {
        this.cancel('media');
        this.cancel('recover');
        this.restarted = false;
        this.watchTransport();
        if (!this.upSinceMs) this.upSinceMs = Date.now();
        this.client._onConnected(this);
      } else if (state === 'disconnected') {
        this.guard(this.awaitSilence(), 'ice_connection_fail');
      } else if (state === 'failed') {
        this.recover();
      }
    }

    /**
     * Only a way on which nothing comes any more is broken. Firefox 153 says `disconnected` as soon as one check of consent or its answer is
     * lost, and until the next check, five seconds later, while media comes and goes. A publisher sees that something comes, not that what it
     * sends arrives: it waits for that next check and little longer.
     */
    async awaitSilence(looks = 1) {
      const before = await this.receivedBytes();
      if (!this.isDisconnected()) return;
      this.timer('recover', DISCONNECTED_MS, () => this.guard(this.receivedBytes().then((bytes) => {
        if (!this.isDisconnected()) return undefined;
        const waits = bytes > before && (looks < MAX_LOOKS || !this.publishing);
        return waits ? this.awaitSilence(looks + 1) : this.recover();
      }), 'ice_connection_fail'));
    }

    isDisconnected() {
      return !this.over && this.pc.connectionState === 'disconnected';
    }

    /** What came on all pairs, a publisher's reports included. 0 from a browser that does not say. */
    async receivedBytes() {
      let sum = 0;
      for (const entry of (await this.pc.getStats()).values()) {
        if (entry.type === 'candidate-pair') sum += entry.bytesReceived || 0;
      }
      return sum;
    }

    /** One that joins another server, or stays behind at the former, is not what the application sees. */
    isCurrent() {
      return this.client._attempt === this;
    }

    lost() {
      return new Failure('ice_connection_fail', this.upSinceMs
        ? 'The media connection to the server was lost.'
        : 'No media connection to the server came about; its media port (UDP) may be closed on the way.');
    }

    /** A server that ends a session says so with DTLS close_notify, which changes no connection state in Chromium. */
    watchTransport() {
      const end = this.pc.getTransceivers?.().find((t) => t.sender.transport || t.receiver.transport);
      const transport = end && (end.sender.transport || end.receiver.transport);
      if (!transport || transport.onstatechange) return;
      transport.onstatechange = () => {
        if (this.over || transport.state !== 'closed') return;
        this.resource = null; // gone with its connection
        // Over WebSocket the reason comes by another way and may be a little later.
        this.timer('ended', this.http ? 0 : 1_500, () => this.fail(
          new Failure('peer_connection_closed', 'The server ended the session.', {
            code: CODES.ENDED, final: isFinal(CODES.ENDED, this.publishing),
          })));
      };
    }

    /** The media way broke. An ICE restart keeps the session and its codecs; where only the server may offer, or it did not help, start anew. */
    recover() {
      if (this.over) return;
      const able = this.http ? this.resource : this.publishing && this.ws.readyState === 1;
      if (!able || this.restarted) return this.fail(this.lost());
      this.restarted = true;
      this.client._debug('ice_restart');
      this.timer('recover', RESTART_TIMEOUT_MS, () => this.fail(this.lost()));
      this.guard(this.http ? this.patchRestart() : this.negotiate(true), 'ice_connection_fail');
    }

    // -- WebSocket --

    openSocket() {
      let ws;
      try {
        this.url = this.client._endpoint(true, this);
        ws = new WebSocket(this.url);
      } catch (error) {
        return this.fail(new Failure('ws_error', String(error.message || error), { final: true, cause: error }));
      }
      this.ws = ws;
      let opened = false;
      const unreachable = 'The server cannot be reached.';
      this.timer('open', OPEN_TIMEOUT_MS, () => this.fail(new Failure('ws_error', unreachable)));
      ws.onopen = () => {
        opened = true;
        this.cancel('open');
        this.client._onOpen(this);
      };
      ws.onmessage = (event) => this.over || this.receive(event.data);
      ws.onclose = (event) => {
        if (this.isCurrent()) this.client._onSocketClosed(event);
        const code = (this.told && this.told.code) || event.code;
        const message = (this.told && this.told.error) || event.reason || (opened ? 'The server closed the connection.' : unreachable);
        this.fail(new Failure(opened ? 'ws_closed' : 'ws_error', message, { code, final: isFinal(code, this.publishing), cause: event }));
      };
    }

    /** The player of a stream that is not live yet has an open socket and hears nothing; everybody else hears something at once. */
    expectOffer(mayWait) {
      if (mayWait) this.timer('waiting', WAITING_AFTER_MS, () => this.isCurrent() && this.client._setStatus('waiting'));
      else this.timer('offer', OFFER_TIMEOUT_MS, () => this.fail(new Failure('ws_error', 'The server did not start the session.')));
    }

    receive(text) {
      let message;
      try {
        message = JSON.parse(text);
      } catch {
        return this.client._debug('bad_message', text);
      }
      if (!message || typeof message !== 'object') return;
      if (message.type === 'error') {
        this.told = message; // at once, before the close that follows it
        return;
      }
      if (message.type === 'reconnect') return this.client._onMove(this, message.url);
      if (message.type === 'stay') return this.client._onStay(this);
      this.inbox = this.inbox.then(() => this.over || this.guard(this.onMessage(message), 'set_remote_description_failed'));
    }

    async onMessage(message) {
      if (this.publishing) {
        if (!this.pc && message.type !== 'candidate') {
          this.cancel('offer');
          this.openPeer(iceServers(message.config));
          this.addTracks();
          await this.negotiate(false);
        } else if (message.type === 'answer') {
          await this.acceptAnswer(message.sdp);
        }
      } else if (message.type === 'offer') {
        await this.acceptOffer(message);
      } else if (message.type === 'info') {
        this.client._onTrackInfo(this, message);
      }
      if (message.type === 'candidate' && message.candidate) await this.addCandidate(message.candidate);
    }

    async acceptOffer(message) {
      this.cancel('offer');
      this.cancel('waiting');
      if (message.session_id) this.sid = message.session_id;
      const pc = this.pc || this.openPeer(iceServers(message.config));
      this.client._onOffer(this, message);
      await pc.setRemoteDescription({ type: 'offer', sdp: message.sdp });
      if (this.over) return;
      const answer = await pc.createAnswer();
      if (this.over) return;
      await this.setLocalStereo(answer);
      this.sendDescription('answer');
    }

    /** A browser that takes no changed description plays mono. */
    async setLocalStereo({ type, sdp }) {
      try {
        await this.pc.setLocalDescription({ type, sdp: acceptStereo(sdp) });
      } catch {
        if (!this.over) await this.pc.setLocalDescription({ type, sdp });
      }
    }

    /** Sends an offer. Asked for while an answer is still due, it is made right after that answer. */
    async negotiate(iceRestart) {
      if (this.negotiating) {
        this.negotiateAgain = true;
        this.restartAgain = this.restartAgain || iceRestart;
        return;
      }
      this.negotiating = true;
      const offer = await this.pc.createOffer({ iceRestart });
      if (this.over) return;
      await this.pc.setLocalDescription(offer);
      this.sendDescription('offer');
    }

    async acceptAnswer(sdp) {
      await this.pc.setRemoteDescription({ type: 'answer', sdp });
      this.negotiating = false;
      if (!this.negotiateAgain || this.over) return;
      const restart = this.restartAgain;
      this.negotiateAgain = false;
      this.restartAgain = false;
      await this.negotiate(restart);
    }

    async addCandidate(candidate) {
      if (this.over || !this.pc) return;
      try {
        await this.pc.addIceCandidate(candidate);
      } catch (error) {
        this.client._debug('candidate', error); // one that this browser cannot use; another may do
      }
    }

    sendDescription(type) {
      if (this.over) return;
      this.send({ type, sdp: this.pc.localDescription.sdp });
      this.described = true;
      for (const candidate of this.early.splice(0)) this.sendCandidate(candidate);
    }

    sendCandidate(candidate) {
      if (this.over || this.http) return;
      if (!this.described) return void this.early.push(candidate);
      this.send({
        type: 'candidate', stream_id: 'local1', label: candidate.sdpMLineIndex, id: candidate.sdpMid, candidate: candidate.toJSON(),
      });
    }

    send(message) {
      if (this.ws && this.ws.readyState === 1) this.ws.send(JSON.stringify(message));
    }

    // -- what the server is told of the picture: when it ran first, each minute, and at the end. Nothing depends on it --

    onPlaying() {
      if (this.startedMs || this.over || !this.pc || this.client.opts.statsSendEnable === false) return;
      this.startedMs = Date.now();
      this.lookAgain();
      this.reportAgain();
    }

    lookAgain() {
      this.timer('look', LOOK_MS, () => this.look().then(() => this.over || this.lookAgain()));
    }

    reportAgain() {
      this.look().then(() => this.over || this.report());
      this.timer('report', (this.client.opts.statsSendTime || 60) * 1000, () => this.reportAgain());
    }

    /** How often and how long the picture stood still until now. Never rejects: then what was seen before stays. */
    async look() {
      try {
        let stalls = 0;
        let stalledMs = 0;
        for (const entry of (await this.pc.getStats()).values()) {
          if (entry.type !== 'inbound-rtp' || entry.kind !== 'video') continue;
          stalls += entry.freezeCount || 0;
          stalledMs += Math.round((entry.totalFreezesDuration || 0) * 1000);
        }
        this.seen = { stall_count: stalls, stall_duration: stalledMs };
      } catch (error) {
        this.client._debug('report', error);
      }
    }

    /** Says what was seen last, at once and so that it outlives the page. Never rejects. */
    async report() {
      if (!this.startedMs || !this.sid) return;
      const body = {
        proto: 'webrtc', source_id: this.sid, opened_at: this.openedMs, started_at: this.startedMs, updated_at: Date.now(),
        application: { application_name: 'webrtc_player', application_version: VERSION, ...this.seen },
      };
      try {
        await fetch(endpoint(this.base, false, `/sessions/${encodeURIComponent(this.sid)}`, this.client._query(false)), {
          method: 'PUT', headers: this.client._headers({ 'Content-Type': 'application/json' }), body: JSON.stringify(body), keepalive: true,
        });
      } catch (error) {
        this.client._debug('report', error);
      }
    }

    // -- WHIP and WHEP --

    async post() {
      const pc = this.openPeer([]);
      if (this.publishing) {
        this.addTracks();
      } else {
        if (!this.client.opts.videoDisabled) pc.addTransceiver('video', { direction: 'recvonly' });
        if (!this.client.opts.audioDisabled) pc.addTransceiver('audio', { direction: 'recvonly' });
      }
      const offer = await pc.createOffer();
      if (this.over) return;
      await (this.publishing ? pc.setLocalDescription(offer) : this.setLocalStereo(offer));
      await gathered(pc);
      if (this.over) return;
      const url = this.client._endpoint(false, this);
      const init = { method: 'POST', headers: this.client._headers({ 'Content-Type': 'application/sdp' }), body: pc.localDescription.sdp };
      this.url = url;
      let response;
      try {
        response = await fetch(url, init);
        if (response.redirected) {
          const base = otherServer(response.url, url, this.client.url);
          if (base) this.base = this.client._base = base;
          // Browsers take the password out of the header when a redirect leads to another server.
          if (base && response.status === 401 && init.headers.Authorization && !this.over) response = await fetch(response.url, init);
        }
      } catch (error) {
        throw new Failure('http_error', 'The server cannot be reached.', { cause: error });
      }
      const location = response.headers.get('Location');
      if (response.ok && location) this.resource = new URL(location, response.url || url).href;
      this.sid = response.headers.get('X-Sid') || '';
      if (this.over) return this.deleteResource(); // stopped meanwhile
      if (!response.ok) throw await this.refusal(response);
      const sdp = await response.text();
      if (this.over) return;
      try {
        await pc.setRemoteDescription({ type: 'answer', sdp });
      } catch (error) {
        throw new Failure('set_remote_description_failed', String(error.message || error), { cause: error });
      }
      if (!this.over) this.client._onAnswered(this);
    }

    async refusal(response) {
      const code = httpCode(response.status);
      const seconds = Number(response.headers.get('Retry-After'));
      const sentence = (await errorSentence(response)) || `The server answered ${response.status}.`;
      return new Failure('http_error', sentence, { code, retryAfterMs: seconds > 0 ? seconds * 1000 : 0, final: isFinal(code, this.publishing) });
    }

    async patchRestart() {
      const pc = this.pc;
      const offer = await pc.createOffer({ iceRestart: true });
      if (this.over) return;
      await pc.setLocalDescription(offer);
      await gathered(pc);
      if (this.over) return;
      const response = await fetch(this.resource, {
        method: 'PATCH',
        headers: this.client._headers({ 'Content-Type': 'application/trickle-ice-sdpfrag', 'If-Match': '*' }),
        body: iceFragment(pc.localDescription.sdp),
      });
      if (this.over) return;
      if (response.status !== 200) throw await this.refusal(response);
      const sdp = applyIceFragment(pc.currentRemoteDescription.sdp, await response.text());
      if (!this.over) await pc.setRemoteDescription({ type: 'answer', sdp });
    }

    /** The page goes, and everything with it that is not on its way at once. */
    leavePage() {
      this.report();
      this.deleteResource();
    }

    async deleteResource() {
      if (!this.resource) return;
      const url = this.resource;
      this.resource = null;
      await fetch(url, { method: 'DELETE', headers: this.client._headers({}), keepalive: true }).catch(() => {});
    }

    // -- tracks of a publisher --

    addTracks() {
      for (const track of this.client.stream.getTracks()) this.addTrack(track);
    }

    addTrack(track) {
      const { maxBitrate, simulcast, videoCodec, audioCodec } = this.client.opts;
      const sendEncodings = track.kind === 'video' ? encodings(track, simulcast, maxBitrate) : undefined;
      const init = { direction: 'sendonly', streams: [this.client.stream] };
      const transceiver = this.pc.addTransceiver(track, sendEncodings ? { ...init, sendEncodings } : init);
      preferCodec(transceiver, track.kind, track.kind === 'video' ? videoCodec : audioCodec);
    }

    /** Sends another track of the same kind. A kind that comes or goes needs a new offer; over WHIP that means a new session. */
    async useTrack(kind, track) {
      if (!this.pc || this.over) return;
      const transceiver = this.pc.getTransceivers().find((t) => t.sender.track?.kind === kind || t.receiver.track?.kind === kind);
      const active = transceiver && transceiver.direction === 'sendonly';
      if (active && track) return transceiver.sender.replaceTrack(track);
      if (!active && !track) return undefined;
      if (this.http) return this.client._renew();
      if (!transceiver) {
        this.addTrack(track);
      } else {
        await transceiver.sender.replaceTrack(track);
        transceiver.direction = track ? 'sendonly' : 'inactive';
      }
      return this.guard(this.negotiate(false), 'set_remote_description_failed');
    }
  }

  // ---- figures ----------------------------------------------------------------------------------------------------------------------

  /** Layers of one picture: the bitrate of all, and else what is to be said of the largest that is sent. */
  function together(one, other) {
    if (!one) return other;
    const rank = (figure) => (figure.fps > 0 ? 1e9 : 0) + figure.width * figure.height;
    const limitedBy = one.limitedBy === 'none' ? other.limitedBy : one.limitedBy;
    return { ...(rank(other) > rank(one) ? other : one), bitrateBps: one.bitrateBps + other.bitrateBps, limitedBy };
  }

  /** Turns the browser's growing counters into figures per second. */
  class Meter {
    constructor(pc, publishing) {
      this.pc = pc;
      this.publishing = publishing;
      this.last = new Map();
      this.figures = {}; // of each kind, as read last
    }

    async read() {
      const stats = await this.pc.getStats();
      const figures = { roundTripMs: null, availableBps: null, video: null, audio: null };
      let pair = null;
      for (const entry of stats.values()) {
        if (entry.type === 'transport' && entry.selectedCandidatePairId) pair = stats.get(entry.selectedCandidatePairId);
        else if (!pair && entry.type === 'candidate-pair' && entry.nominated && entry.state === 'succeeded') pair = entry;
        if (entry.type !== (this.publishing ? 'outbound-rtp' : 'inbound-rtp')) continue;
        figures[entry.kind] = together(figures[entry.kind], this.readRtp(stats, entry));
      }
      for (const kind of this.publishing ? [] : ['video', 'audio']) {
        // Firefox 153 says nothing of a track for a moment after its codec changed.
        if (!figures[kind] && this.figures[kind]) figures[kind] = { ...this.figures[kind], bitrateBps: 0, fps: 0 };
        this.figures[kind] = figures[kind];
      }
      if (pair) {
        if (pair.currentRoundTripTime !== undefined) figures.roundTripMs = pair.currentRoundTripTime * 1000;
        figures.availableBps = pair.availableOutgoingBitrate ?? null;
      }
      return figures;
    }

    readRtp(stats, rtp) {
      const codec = stats.get(rtp.codecId);
      const bytes = this.publishing ? rtp.bytesSent : rtp.bytesReceived;
      const now = {
        atMs: rtp.timestamp, bytes, packets: rtp.packetsReceived || 0, lost: rtp.packetsLost || 0, frames: rtp.framesEncoded ?? rtp.framesDecoded ?? 0,
      };
      const before = this.last.get(rtp.id) || now;
      this.last.set(rtp.id, now);
      const seconds = (now.atMs - before.atMs) / 1000;
      const rate = (delta) => (seconds > 0 ? delta / seconds : 0);
      const figure = {
        codec: codec ? codec.mimeType.split('/')[1] : '',
        bitrateBps: Math.max(0, rate((bytes - before.bytes) * 8)),
        lossPercent: 0,
        jitterMs: (rtp.jitter || 0) * 1000,
        width: rtp.frameWidth || 0,
        height: rtp.frameHeight || 0,
        fps: rtp.kind === 'video' ? rate(now.frames - before.frames) : 0,
        framesDropped: rtp.framesDropped || 0,
        freezes: rtp.freezeCount || 0,
        bufferMs: rtp.jitterBufferEmittedCount ? (rtp.jitterBufferDelay / rtp.jitterBufferEmittedCount) * 1000 : 0,
        limitedBy: rtp.qualityLimitationReason || 'none',
      };
      if (this.publishing) {
        const remote = stats.get(rtp.remoteId);
        figure.lossPercent = ((remote && remote.fractionLost) || 0) * 100;
        figure.jitterMs = ((remote && remote.jitter) || 0) * 1000;
      } else {
        const lost = Math.max(0, now.lost - before.lost);
        const all = lost + now.packets - before.packets;
        figure.lossPercent = all > 0 ? (lost / all) * 100 : 0;
      }
      return figure;
    }
  }

  // ---- what the application holds ---------------------------------------------------------------------------------------------------

  class Client {
    constructor(url, opts, shouldLog, publishing) {
      this.url = url;
      this.opts = { retryMax: Infinity, retryDelay: 1000, ...opts };
      this.status = 'stopped';
      this._publishing = publishing;
      this._http = this.opts.transport === 'http' || this.opts.whipwhap === true;
      this._shouldLog = Boolean(shouldLog || this.opts.shouldLog);
      this._listeners = new Map();
      this._wanted = false;
      this._attempt = null;
      this._base = url; // where the stream is: a server may send us to another
      this._move = null; // where we are to go while the session here goes on: {base, tries, timer}
      this._next = null; // the attempt that does
      this._formers = new Set(); // sessions of a publisher at servers it left, for the players who are still there
      this._hops = 0;
      this._tries = 0;
      this._retryTimer = 0;
      this._onOnline = () => this._retryTimer && this._retryNow();
      this._onPageHide = () => [this._attempt, this._next].forEach((attempt) => attempt && attempt.leavePage());
    }

    on(event, listener) {
      if (!this._listeners.has(event)) this._listeners.set(event, new Set());
      this._listeners.get(event).add(listener);
      return this;
    }

    off(event, listener) {
      this._listeners.get(event)?.delete(listener);
      return this;
    }

    /** Live figures of the session, or null without one. Rates are over the time since the previous call. */
    async getFigures() {
      const attempt = this._attempt;
      if (!attempt || !attempt.pc) return null;
      if (!attempt.meter) attempt.meter = new Meter(attempt.pc, this._publishing);
      try {
        return await attempt.meter.read();
      } catch {
        return null; // closed meanwhile
      }
    }

    _emit(event, ...args) {
      if (this._shouldLog) console.log(`[sluice ${this._publishing ? 'publisher' : 'player'}]`, event, ...args);
      for (const listener of [...(this._listeners.get(event) || [])]) {
        try {
          listener(...args);
        } catch (error) {
          console.error(error); // as in _call
        }
      }
    }

    _debug(what, detail) {
      this._emit('debug', what, detail);
    }

    _event(event) {
      this._call('onEvent', event);
    }

    /** Calls a callback among the options. The application's mistake must not break the session. */
    _call(name, ...args) {
      try {
        if (typeof this.opts[name] === 'function') this.opts[name](...args);
      } catch (error) {
        console.error(error);
      }
    }

    _setStatus(status) {
      if (this.status === status) return;
      this.status = status;
      this._emit('status', status);
    }

    /** Over HTTP the password travels in a header, which, unlike a URL, ends up in no log; a WebSocket of a browser can send none. */
    _headers(headers) {
      return this._fitsHeader() ? { ...headers, Authorization: `Bearer ${this.opts.password}` } : headers;
    }

    _query(socket) {
      const { password, authTokenName, tokenValue } = this.opts;
      const query = socket || !this._fitsHeader() ? { password } : {};
      if (authTokenName && tokenValue) query[authTokenName] = tokenValue;
      return query;
    }

    _fitsHeader() {
      return /^[\x21-\x7e]+$/.test(this.opts.password || '');
    }

    _want() {
      this._wanted = true;
      this._base = this.url;
      this._hops = 0;
      this._tries = 0;
      globalThis.addEventListener?.('online', this._onOnline);
      globalThis.addEventListener?.('pagehide', this._onPageHide);
    }

    _unwant() {
      this._wanted = false;
      clearTimeout(this._retryTimer);
      this._retryTimer = 0;
      const attempt = this._attempt;
      this._attempt = null;
      if (attempt) attempt.close();
      this._dropMove();
      for (const former of this._formers) former.close();
      this._formers.clear();
      globalThis.removeEventListener?.('online', this._onOnline);
      globalThis.removeEventListener?.('pagehide', this._onPageHide);
    }

    _connect() {
      this._attempt = new Attempt(this, this._base);
      this._attempt.begin();
    }

    _retryNow() {
      clearTimeout(this._retryTimer);
      this._retryTimer = 0;
      this._connect();
    }

    /** Drops the session and makes a new one at once. */
    _renew() {
      if (this._attempt) this._attempt.close();
      this._connect();
    }

    _onConnected() {}

    _onOpen() {}

    _onTrack() {}

    _onSocketClosed(event) {
      this._call('onWebsocketClose', event);
    }

    // -- to another server: join there, then leave here --

    _onMove(attempt, raw) {
      if (attempt !== this._attempt && attempt !== this._next) return;
      const base = otherServer(raw, attempt.url, this.url);
      if (!base) return void this._debug('move_refused', raw);
      this._debug('move', base);
      if (attempt === this._attempt && attempt.upSinceMs) {
        this._hops = 0;
        if (!this._move || this._move.base !== base) this._join(base);
      } else if (++this._hops > MAX_HOPS) {
        attempt.fail(new Failure('ws_closed', 'The servers send us to one another.'));
      } else if (attempt === this._next) {
        this._join(base);
      } else {
        attempt.close();
        this._base = base;
        this._connect();
      }
    }

    _onStay(attempt) {
      if (attempt === this._attempt) this._dropMove();
    }

    _join(base) {
      this._dropMove();
      this._move = { base, tries: 0, timer: 0 };
      this._joinNow();
    }

    _joinNow() {
      this._next = new Attempt(this, this._move.base);
      this._next.begin();
    }

    _dropMove() {
      if (this._move) clearTimeout(this._move.timer);
      this._move = null;
      const next = this._next;
      this._next = null;
      if (next) next.close();
    }

    /** The session here goes on meanwhile. */
    _onMoveFailed(failure) {
      this._next = null;
      this._debug('move_failed', failure);
      if (failure.final) return this._dropMove();
      const delayMs = Math.min(MAX_DELAY_MS, Math.max(this.opts.retryDelay * 2 ** Math.min(10, this._move.tries++), failure.retryAfterMs));
      this._move.timer = setTimeout(() => this._joinNow(), delayMs * (0.8 + 0.4 * Math.random()));
    }

    _finishMove() {
      const former = this._attempt;
      const next = this._next;
      this._next = null;
      this._dropMove();
      this._attempt = next;
      this._base = next.base;
      this._tries = 0;
      this._onMoved(former, next);
      this._debug('moved', next.base);
    }

    _onFailure(attempt, failure) {
      if (attempt && attempt === this._next) return this._onMoveFailed(failure);
      if (attempt && attempt !== this._attempt) return void this._formers.delete(attempt);
      if (this._next && this._next.upSinceMs) return this._finishMove();
      if (this._move) this._base = this._move.base;
      else if (attempt && !attempt.upSinceMs) this._base = this.url; // no session where we were sent: the application's own server may know
      this._dropMove();
      this._attempt = null;
      if (attempt && attempt.upSinceMs && Date.now() - attempt.upSinceMs > STABLE_MS) this._tries = 0;
      const patient = this._mayWaitAfter(failure.code);
      this._tries = patient ? 0 : this._tries + 1;
      const willRetry = !failure.final && (patient || this._tries < this.opts.retryMax);
      let delayMs = 0;
      if (willRetry) {
        const backOffMs = this.opts.retryDelay * 2 ** Math.min(10, Math.max(0, this._tries - 1));
        delayMs = Math.round(Math.min(MAX_DELAY_MS, Math.max(backOffMs, failure.retryAfterMs)) * (0.8 + 0.4 * Math.random()));
        this._retryTimer = setTimeout(() => this._retryNow(), delayMs);
        this._setStatus(patient ? 'waiting' : 'reconnecting');
      } else {
        this._unwant();
        this._onGivenUp();
        this._setStatus('failed');
      }
      const { reason, code, message, cause } = failure;
      this._emit('fail', reason, { code, message, willRetry, delayMs, cause });
    }

    _mayWaitAfter() {
      return false;
    }

    _onGivenUp() {}
  }

  // ---- Player -----------------------------------------------------------------------------------------------------------------------

  class Player extends Client {
    constructor(element, url, opts, shouldLog) {
      super(url, opts, shouldLog, false);
      this.element = element;
      this._tracks = undefined;
      this._onPlaying = () => {
        if (!this._wanted) return;
        this._attempt?.onPlaying();
        this._played();
      };
      if (this.opts.autoplay) queueMicrotask(() => this.play());
    }

    /** Starts, and goes on through reconnects until stop(). Harmless when it runs already. */
    play() {
      if (this._destroyed) return;
      if (this._wanted) return void this._playElement();
      this._want();
      this.element.addEventListener('playing', this._onPlaying);
      this._setStatus('connecting');
      this._connect();
    }

    stop() {
      if (!this._wanted && this.status !== 'failed') return;
      const wasUp = Boolean(this._attempt && this._attempt.upSinceMs);
      this._unwant();
      this._onGivenUp();
      this.element.srcObject = null;
      this._setStatus('stopped');
      if (wasUp) this._event({ type: 'closed', closed_at: Date.now() });
    }

    destroy() {
      this.stop();
      this._destroyed = true;
      this._listeners.clear();
    }

    /** Asks for other tracks, for example ['v1', 'a1'] or 'auto'. */
    changeTracks(tracks) {
      this._tracks = tracks;
      const attempt = this._attempt;
      if (!attempt) return;
      this._select(attempt);
    }

    _select(attempt) {
      const tracks = this._tracks;
      if (!this._http) return void (attempt.described && attempt.send({ type: 'select_tracks', tracks }));
      if (!attempt.sid) return;
      const list = tracks === 'auto' || (Array.isArray(tracks) && tracks[0] === 'auto') ? [] : [].concat(tracks);
      fetch(endpoint(attempt.base, false, `/sessions/${encodeURIComponent(attempt.sid)}/request_tracks`, this._query(false)), {
        method: 'PUT', headers: this._headers({ 'Content-Type': 'application/json' }), body: JSON.stringify({ tracks: list }),
      }).catch((error) => this._debug('change_tracks', error));
    }

    /** What the stream carries: {tracks: [{track_id, content, …}]}. Rejects when the server has no answer. */
    async getMediaInfo() {
      const response = await fetch(endpoint(this._base, false, '/media_info.json', this._query(false)), { headers: this._headers({}) });
      if (!response.ok) throw new Error((await errorSentence(response)) || `The server answered ${response.status}.`);
      return response.json();
    }

    /** At a server that we are sent to the stream may come a little later. */
    _endpoint(socket, attempt) {
      const wait = this.opts.wait || attempt === this._next;
      const { videoDisabled, audioDisabled, start_track: startTrack } = this.opts;
      const query = { ...this._query(socket), start_track: startTrack };
      if (socket) Object.assign(query, { wait: wait ? 1 : null, video: videoDisabled ? 0 : null, audio: audioDisabled ? 0 : null });
      return endpoint(attempt.base, socket, socket ? '/webrtc' : '/whep', query);
    }

    _onOpen(attempt) {
      attempt.expectOffer(Boolean(this.opts.wait) || attempt === this._next);
    }

    _onOffer(attempt, message) {
      if (attempt.isCurrent() && this.status === 'waiting') this._setStatus('connecting');
      const info = message.media_info;
      if (info && info.tracks) attempt.mediaInfo = [info.tracks, Boolean(message.config && message.config.abr)];
      if (attempt.isCurrent()) this._tell(attempt);
      if (this._tracks !== undefined) attempt.inbox.then(() => this._select(attempt));
    }

    _onAnswered(attempt) {
      if (this._tracks !== undefined) this._select(attempt);
      if (attempt.isCurrent()) this._askMediaInfo();
    }

    /** What was heard of the stream; of a server that we are sent to when its picture is shown. */
    _tell(attempt) {
      if (attempt.mediaInfo) this._call('onMediaInfo', ...attempt.mediaInfo);
      if (attempt.trackInfo) this._call('onTrackInfo', attempt.trackInfo);
      attempt.mediaInfo = null;
      attempt.trackInfo = null;
    }

    _askMediaInfo() {
      if (!this.opts.onMediaInfo) return;
      this.getMediaInfo().then((info) => this._call('onMediaInfo', info.tracks, false), (error) => this._debug('media_info', error));
    }

    _onTrackInfo(attempt, info) {
      attempt.trackInfo = info;
      if (!attempt.isCurrent()) return;
      this._tell(attempt);
      this._showPublished(info);
    }

    /** The picture stands still while the publisher is away. */
    _showPublished(info) {
      if (info.published === false && this.status === 'playing') this._setStatus('waiting');
      else if (info.published && this.status === 'waiting') this._setStatus('playing');
    }

    _onTrack(attempt, track) {
      // One stream of our own, whatever stream ids the server gives. While reconnecting the last picture stays until the new one is there.
      attempt.stream = attempt.stream || new MediaStream();
      attempt.stream.addTrack(track);
      if (!this.element.srcObject && attempt.isCurrent()) this._attach(attempt);
    }

    _onConnected(attempt) {
      if (attempt === this._next) {
        attempt.timer('giveUpPicture', PICTURE_TIMEOUT_MS, () => this._finishMove());
        return void this._awaitPicture(attempt);
      }
      if (attempt.stream) this._attach(attempt);
    }

    /** Until the other server's picture, or of sound alone that, has been decoded. */
    async _awaitPicture(next) {
      const kind = next.stream && next.stream.getVideoTracks().length > 0 ? 'video' : 'audio';
      let shown = false;
      const stats = await next.pc.getStats().catch(() => new Map()); // closed meanwhile
      for (const entry of stats.values()) {
        const decoded = kind === 'video' ? entry.framesDecoded : entry.packetsReceived;
        if (entry.type === 'inbound-rtp' && entry.kind === kind && decoded > 0) shown = true;
      }
      if (next.over || next !== this._next) return;
      if (shown) {
        next.onPlaying(); // the element never stops playing and so does not say it
        next.timer('picture', SETTLE_MS, () => this._finishMove());
      } else {
        next.timer('picture', PICTURE_POLL_MS, () => this._awaitPicture(next));
      }
    }

    /**
     * The tracks change places inside the stream that is shown: a new stream would empty the element and show nothing for a moment.
     * In one task, and kind by kind, the old one first: Chromium 156 stays with the one it has while there are two of a kind, and then
     * stops; Firefox 153 takes a stream without tracks for ended, from which only play() brings it back.
     */
    _onMoved(former, next) {
      next.cancel('picture');
      next.cancel('giveUpPicture');
      const shown = former.stream;
      if (shown && next.stream && this.element.srcObject === shown) {
        const isStopped = this.element.paused;
        const olds = shown.getTracks();
        for (const track of next.stream.getTracks()) {
          for (const old of olds) if (old.kind === track.kind) shown.removeTrack(old);
          shown.addTrack(track);
        }
        for (const old of olds) shown.removeTrack(old);
        if (!isStopped) this._playElement();
        next.stream = shown;
      } else if (next.stream) {
        this._attach(next);
      }
      former.close();
      this._tell(next);
      if (this._http) this._askMediaInfo();
    }

    _attach(attempt) {
      if (this.element.srcObject === attempt.stream) return;
      this.element.srcObject = attempt.stream;
      this._playElement();
    }

    async _playElement() {
      try {
        await this.element.play();
      } catch (error) {
        if (error.name !== 'NotAllowedError' || this.element.muted || !this._wanted) return this._debug('play', error);
        this.element.muted = true; // browsers let a page start without sound only; the application may offer a button
        this._emit('muted');
        this._playElement();
      }
    }

    _played() {
      if (this.status === 'playing') return;
      this._setStatus('playing');
      this._event({ type: 'started', started_at: Date.now() });
      this._emit('play', 'playing');
    }

    _mayWaitAfter(code) {
      return Boolean(this.opts.wait) && (code === CODES.NOT_LIVE || code === CODES.ENDED);
    }

    _onGivenUp() {
      this.element.removeEventListener('playing', this._onPlaying);
    }
  }

  // ---- Publisher --------------------------------------------------------------------------------------------------------------------

  /** A capture error in one word and one sentence. */
  function captureFailure(error) {
    const words = {
      NotAllowedError: ['permission_denied', 'The browser was not allowed to use the camera or microphone.'],
      SecurityError: ['permission_denied', 'The browser was not allowed to use the camera or microphone.'],
      NotFoundError: ['no_device', 'No camera or microphone was found.'],
      NotReadableError: ['device_busy', 'The camera or microphone is in use by another program.'],
      AbortError: ['device_busy', 'The camera or microphone could not be started.'],
      OverconstrainedError: ['constraints', 'No camera or microphone can do what was asked for.'],
    };
    const [reason, message] = words[error.name] || ['capture_failed', String(error.message || error)];
    return new Failure(reason, message, { final: true, cause: error });
  }

  async function capture(method, constraints) {
    if (!globalThis.navigator?.mediaDevices?.[method]) {
      throw new Failure('insecure_page', 'Browsers give camera, microphone and screen only to pages opened over https or from localhost.', { final: true });
    }
    try {
      return await navigator.mediaDevices[method](constraints);
    } catch (error) {
      throw captureFailure(error);
    }
  }

  class Publisher extends Client {
    constructor(url, opts, shouldLog) {
      super(url, opts, shouldLog, true);
      /** What is sent, and what the preview shows. Null while stopped. */
      this.stream = null;
      this.muted = false;
      this.videoMuted = false;
      this._owned = new Set(); // tracks that we opened and so must close
      this._watched = new WeakSet();
      this._camera = null;
      this._screen = null;
      this._cameraMuted = false;
      this._run = 0;
    }

    get sharesScreen() {
      return this._screen !== null;
    }

    /** Captures and publishes, and goes on through reconnects until stop(). Never rejects: errors come as `fail`. */
    async start(startOpts) {
      if (this._wanted) return;
      this._want();
      const run = ++this._run;
      this._setStatus('initializing');
      try {
        const tracks = await this._capture();
        if (run !== this._run) return this._discard(tracks);
        this._take(tracks);
      } catch (error) {
        if (run !== this._run) return;
        const failure = error instanceof Failure ? error : captureFailure(error);
        startOpts?.openPeerConnectionOptions?.getMediaOptions?.onGetUserMediaError?.(failure.cause || failure);
        this._onFailure(null, failure);
        return;
      }
      this._connect();
    }

    stop() {
      this._run++;
      if (!this._wanted && this.status !== 'failed') return;
      const wasUp = Boolean(this._attempt && this._attempt.upSinceMs);
      this._unwant();
      this._onGivenUp();
      this._setStatus('stopped');
      if (wasUp) this._event({ type: 'closed', closed_at: Date.now() });
    }

    restart() {
      this.stop();
      return this.start();
    }

    /** Mutes the sound, or without an argument toggles it. Returns whether it is muted now. */
    mute(muted = !this.muted) {
      this.muted = Boolean(muted);
      this._applyMute();
      return this.muted;
    }

    /** The same for the picture: players see black. */
    muteVideo(muted = !this.videoMuted) {
      this.videoMuted = Boolean(muted);
      this._applyMute();
      return this.videoMuted;
    }

    /** Sends the screen in place of the camera; called again, or when the browser's own button ends it, the camera returns. */
    async shareScreen(share = !this._screen) {
      if (!this.stream || share === this.sharesScreen) return this.sharesScreen;
      const run = this._run;
      if (!share) {
        const screen = this._screen;
        this._screen = null;
        screen.onended = null;
        screen.stop();
        this.videoMuted = this.videoMuted || this._cameraMuted; // a camera that was muted stays so
        await this._replace('video', this._camera);
        return false;
      }
      let display;
      try {
        display = await capture('getDisplayMedia', { video: { frameRate: 30 }, audio: false });
      } catch (failure) {
        this._emit('fail', failure.reason, { code: 0, message: failure.message, willRetry: false, delayMs: 0, cause: failure.cause, screen: true });
        return this.sharesScreen;
      }
      const [track] = display.getVideoTracks();
      if (run !== this._run || this._screen) {
        track.stop();
        return this.sharesScreen;
      }
      track.contentHint = 'detail'; // text stays sharp, frames may go
      track.onended = () => this._screen === track && this.shareScreen(false);
      this._camera = this.stream.getVideoTracks()[0] || null;
      this._screen = track;
      this._cameraMuted = this.videoMuted;
      this.videoMuted = false;
      await this._replace('video', track);
      return this.sharesScreen;
    }

    /** Publishes another track of the same kind from now on, say of another camera. */
    async switchTrack(track) {
      if (!this.stream) return;
      if (track.kind === 'video' && this._screen) {
        this._release(this._camera);
        this._camera = track; // shown when the screen is put away
        return;
      }
      const [old] = this.stream.getTracks().filter((t) => t.kind === track.kind);
      await this._replace(track.kind, track);
      if (old !== track) this._release(old);
    }

    async _capture() {
      const { inputStreams, constraints } = this.opts;
      if (inputStreams) return [].concat(inputStreams).flatMap((input) => (input.getTracks ? input.getTracks() : [input]));
      const stream = await capture('getUserMedia', constraints || { video: true, audio: true });
      const [video] = stream.getVideoTracks();
      if (video) this._call('returnCapabilities', video.getCapabilities?.());
      return stream.getTracks();
    }

    _discard(tracks) {
      if (!this.opts.inputStreams) tracks.forEach((track) => track.stop());
    }

    _take(tracks) {
      this.stream = new MediaStream(tracks);
      for (const track of tracks) {
        if (!this.opts.inputStreams) this._owned.add(track);
        this._watch(track);
      }
      this._applyMute();
      const { preview, previewOptions } = this.opts;
      if (preview) {
        Object.assign(preview, { autoplay: true, muted: true, playsInline: true }, previewOptions);
        preview.srcObject = this.stream;
      }
      this._emit('tracks', this.stream);
    }

    _watch(track) {
      if (this._watched.has(track)) return;
      this._watched.add(track);
      track.addEventListener('ended', () => {
        if (!this.stream || !this.stream.getTracks().includes(track) || track === this._screen) return;
        const message = track.kind === 'video' ? 'The camera stopped.' : 'The microphone stopped.';
        this._emit('fail', 'device_lost', { code: 0, message, willRetry: false, delayMs: 0 });
      });
    }

    async _replace(kind, track) {
      for (const old of this.stream.getTracks()) {
        if (old.kind === kind && old !== track) this.stream.removeTrack(old);
      }
      if (track) {
        this.stream.addTrack(track);
        this._watch(track);
      }
      this._applyMute();
      for (const attempt of [this._attempt, this._next, ...this._formers]) {
        if (attempt) await attempt.useTrack(kind, track);
      }
      this._emit('tracks', this.stream);
    }

    _applyMute() {
      if (!this.stream) return;
      for (const track of this.stream.getAudioTracks()) track.enabled = !this.muted;
      for (const track of this.stream.getVideoTracks()) track.enabled = !this.videoMuted;
    }

    _release(track) {
      if (track && this._owned.delete(track)) track.stop();
    }

    _endpoint(socket, attempt) {
      return endpoint(attempt.base, socket, socket ? '/webrtc/publish' : '/whip', this._query(socket));
    }

    _onOpen(attempt) {
      attempt.expectOffer(false);
    }

    _onAnswered() {}

    /** The server left behind keeps its session as long as somebody watches there, and then closes it. */
    _onMoved(former) {
      if (former.over) return;
      this._formers.add(former);
      former.send({ type: 'moved' });
    }

    _onConnected(attempt) {
      if (attempt === this._next) return this._finishMove();
      if (!attempt.isCurrent()) return;
      if (this.status === 'streaming') return;
      this._setStatus('streaming');
      this._event({ type: 'started', started_at: Date.now() });
      this._emit('streaming', attempt.sid);
    }

    _onGivenUp() {
      for (const track of this._owned) track.stop();
      this._owned.clear();
      if (this._screen) this._screen.stop();
      this._screen = null;
      this._camera = null;
      this.stream = null;
      if (this.opts.preview) this.opts.preview.srcObject = null;
    }
  }

  const api = Object.freeze({
    VERSION, CODES, PLAYER_EVENTS, PLAYER_STATUSES, PUBLISHER_EVENTS, PUBLISHER_STATUSES, Player, Publisher,
    // For the tests of the pure parts.
    internals: Object.freeze({ endpoint, otherServer, acceptStereo, iceFragment, applyIceFragment, isFinal }),
  });

  if (typeof module === 'object' && module && module.exports) {
    module.exports = api;
  } else if (scope) {
    scope.Sluice = api;
    if (!('FlussonicWebRTC' in scope)) scope.FlussonicWebRTC = api;
  } else {
    globalThis[Symbol.for('dev.sluice.client')] = api; // loaded by sluice.mjs: a module has no `this` and leaves no names behind
  }
})(this);
