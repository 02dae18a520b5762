// SPDX-License-Identifier: Apache-2.0
// Hand-made stand-ins for the browser: enough of WebSocket, RTCPeerConnection, fetch and the media elements for the client library.

/** Lets every promise that can settle do so, without time passing. */
export async function settle() {
  for (let i = 0; i < 50; i++) await Promise.resolve();
}

/** Time that passes on request only. */
class FakeClock {
  nowMs = 1_000_000;
  #timers = new Map();
  #nextId = 1;

  setTimeout = (action, delayMs = 0) => {
    this.#timers.set(this.#nextId, { atMs: this.nowMs + delayMs, action });
    return this.#nextId++;
  };

  clearTimeout = (id) => this.#timers.delete(id);

  /** Runs what is due within this time, in order, with the promises in between. */
  async pass(ms) {
    const endMs = this.nowMs + ms;
    for (;;) {
      await settle();
      const [next] = [...this.#timers].filter(([, t]) => t.atMs <= endMs).sort((a, b) => a[1].atMs - b[1].atMs || a[0] - b[0]);
      if (!next) break;
      this.#timers.delete(next[0]);
      this.nowMs = Math.max(this.nowMs, next[1].atMs);
      next[1].action();
    }
    this.nowMs = endMs;
  }
}

class Target {
  #listeners = new Map();

  addEventListener(type, listener) {
    if (!this.#listeners.has(type)) this.#listeners.set(type, new Set());
    this.#listeners.get(type).add(listener);
  }

  removeEventListener(type, listener) {
    this.#listeners.get(type)?.delete(listener);
  }

  fire(type, event = {}) {
    this[`on${type}`]?.(event);
    for (const listener of [...(this.#listeners.get(type) || [])]) listener(event);
  }
}

export class FakeTrack extends Target {
  constructor(kind) {
    super();
    this.kind = kind;
    this.enabled = true;
    this.readyState = 'live';
  }

  stop() {
    this.readyState = 'ended';
  }
}

class FakeStream {
  constructor(tracks = []) {
    this.tracks = [...tracks];
  }

  getTracks() {
    return [...this.tracks];
  }

  getVideoTracks() {
    return this.tracks.filter((t) => t.kind === 'video');
  }

  getAudioTracks() {
    return this.tracks.filter((t) => t.kind === 'audio');
  }

  addTrack(track) {
    if (!this.tracks.includes(track)) this.tracks.push(track);
  }

  removeTrack(track) {
    this.tracks = this.tracks.filter((t) => t !== track);
  }
}

export class FakeElement extends Target {
  constructor() {
    super();
    this.srcObject = null;
    this.muted = false;
    this.refuseSound = false;
  }

  async play() {
    if (this.refuseSound && !this.muted) throw Object.assign(new Error('no gesture'), { name: 'NotAllowedError' });
    this.playCalls = (this.playCalls || 0) + 1;
  }
}

/** A browser of its own for each test: installs the fakes as globals, and time that passes on request only. */
export class FakeBrowser {
  constructor({ page = 'http://pages.example/', devices = ['audio', 'video'] } = {}) {
    this.sockets = [];
    this.peers = [];
    this.requests = [];
    this.reports = []; // what players upload of themselves
    this.answers = []; // what fetch gives, in order
    this.captured = [];
    this.captureError = null;
    this.displays = [];
    this.clock = new FakeClock();
    this.random = Math.random;
    this.dateNow = Date.now;
    Math.random = () => 0.5; // back-off without jitter
    Date.now = () => this.clock.nowMs;
    const browser = this;

    class Socket extends Target {
      constructor(url) {
        super();
        this.url = url;
        this.readyState = 0;
        this.sent = [];
        this.closed = false;
        browser.sockets.push(this);
      }

      send(text) {
        this.sent.push(JSON.parse(text));
      }

      close() {
        if (this.readyState < 2) this.end(1005, '');
      }

      // What the server does:
      open() {
        this.readyState = 1;
        this.fire('open');
      }

      says(message) {
        this.fire('message', { data: typeof message === 'string' ? message : JSON.stringify(message) });
      }

      end(code, reason = '') {
        if (this.readyState === 3) return;
        this.readyState = 3;
        this.fire('close', { code, reason });
      }

      ofType(type) {
        return this.sent.filter((m) => m.type === type);
      }
    }

    class Peer extends Target {
      constructor(config) {
        super();
        this.config = config;
        this.connectionState = 'new';
        this.iceGatheringState = 'complete';
        this.transceivers = [];
        this.log = [];
        this.closed = false;
        browser.peers.push(this);
      }

      addTransceiver(trackOrKind, init = {}) {
        const track = typeof trackOrKind === 'string' ? null : trackOrKind;
        const transport = (this.transport = this.transport || { state: 'connected', onstatechange: null });
        const transceiver = {
          kind: track ? track.kind : trackOrKind, direction: init.direction, init, receiver: { track: { kind: track ? track.kind : trackOrKind }, transport },
          sender: {
            track, transport,
            async replaceTrack(next) {
              this.track = next;
            },
          },
          setCodecPreferences(list) {
            this.codecs = list;
          },
        };
        this.transceivers.push(transceiver);
        return transceiver;
      }

      getTransceivers() {
        return this.transceivers;
      }

      async createOffer(options = {}) {
        this.log.push(options.iceRestart ? 'restart' : 'offer');
        return { type: 'offer', sdp: `offer ${this.log.length}` };
      }

      async createAnswer() {
        return { type: 'answer', sdp: 'answer' };
      }

      async setLocalDescription(description) {
        this.localDescription = description;
      }

      async setRemoteDescription(description) {
        for (let i = 0; i < 5; i++) await Promise.resolve(); // real ones take a while, and candidates must wait for them
        if (description.sdp === 'bad') throw new Error('bad sdp');
        this.remoteDescription = this.currentRemoteDescription = description;
        if (description.type === 'offer' && this.transceivers.length === 0) {
          for (const kind of ['audio', 'video']) this.fire('track', { track: this.addTransceiver(kind).receiver.track });
        }
      }

      async addIceCandidate(candidate) {
        if (!this.remoteDescription) throw Object.assign(new Error('no description yet'), { name: 'InvalidStateError' });
        this.log.push(`candidate ${candidate.candidate}`);
      }

      getStats() {
        return Promise.resolve(browser.stats || new Map());
      }

      close() {
        this.closed = true;
      }

      goes(state) {
        this.connectionState = state;
        this.fire('connectionstatechange');
      }
    }

    const media = {
      async getUserMedia(constraints) {
        if (browser.captureGate) await browser.captureGate;
        if (browser.captureError) throw Object.assign(new Error('capture'), { name: browser.captureError });
        const stream = new FakeStream(devices.filter((kind) => constraints[kind]).map((kind) => new FakeTrack(kind)));
        browser.captured.push(stream);
        return stream;
      },
      async getDisplayMedia() {
        const stream = new FakeStream([new FakeTrack('video')]);
        browser.displays.push(stream);
        return stream;
      },
    };
    const window = new Target();
    const globals = {
      setTimeout: this.clock.setTimeout, clearTimeout: this.clock.clearTimeout,
      WebSocket: Socket, RTCPeerConnection: Peer, MediaStream: FakeStream, location: new URL(page),
      navigator: { mediaDevices: devices.length > 0 ? media : undefined },
      RTCRtpSender: {
        getCapabilities: () => ({
          codecs: [
            { mimeType: 'video/VP8' }, { mimeType: 'video/H264', sdpFmtpLine: 'packetization-mode=0;profile-level-id=42e01f' },
            { mimeType: 'video/H264', sdpFmtpLine: 'packetization-mode=1;profile-level-id=640032' },
            { mimeType: 'video/H264', sdpFmtpLine: 'packetization-mode=1;profile-level-id=42e01f' }, { mimeType: 'video/VP9' },
          ],
        }),
      },
      addEventListener: (type, listener) => window.addEventListener(type, listener),
      removeEventListener: (type, listener) => window.removeEventListener(type, listener),
      fetch: async (url, init = {}) => {
        if (init.method === 'PUT' && !String(url).includes('request_tracks')) {
          browser.reports.push({ url: String(url), headers: init.headers, keepalive: init.keepalive, body: JSON.parse(init.body) });
          if (browser.refuseReports) throw new TypeError('Failed to fetch');
          return new Response(null);
        }
        browser.requests.push({ url: String(url), method: init.method || 'GET', headers: init.headers || {}, body: init.body });
        if (init.method === 'DELETE') return new Response(null);
        if (browser.fetchGate) await browser.fetchGate;
        const answer = browser.answers.shift();
        if (!answer) throw new TypeError('Failed to fetch');
        return answer;
      },
    };
    this.window = window;
    this.before = new Map();
    for (const [name, value] of Object.entries(globals)) {
      this.before.set(name, Object.getOwnPropertyDescriptor(globalThis, name));
      Object.defineProperty(globalThis, name, { value, configurable: true, writable: true });
    }
  }

  get socket() {
    return this.sockets.at(-1);
  }

  get peer() {
    return this.peers.at(-1);
  }

  pass(ms) {
    return this.clock.pass(ms);
  }

  restore() {
    Math.random = this.random;
    Date.now = this.dateNow;
    for (const [name, descriptor] of this.before) {
      if (descriptor) Object.defineProperty(globalThis, name, descriptor);
      else delete globalThis[name];
    }
  }
}
