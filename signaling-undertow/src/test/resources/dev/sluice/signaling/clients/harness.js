// Bare publish and play clients, as protocol.md of the field's players describes them, for driving a real browser.
// Everything hangs off window.sluiceTest; each function returns a promise.
(() => {
  const sessions = {};

  const waitFor = async (what, test, timeoutMs = 15000) => {
    const end = performance.now() + timeoutMs;
    for (;;) {
      const result = await test();
      if (result) return result;
      if (performance.now() > end) throw new Error('timed out waiting for ' + what);
      await new Promise((r) => setTimeout(r, 20));
    }
  };

  const wsUrl = (path) => location.origin.replace(/^http/, 'ws') + path;

  const media = (constraints) => navigator.mediaDevices.getUserMedia(constraints);

  const preferCodec = (transceiver, mime) => {
    const codecs = RTCRtpReceiver.getCapabilities(mime.split('/')[0]).codecs;
    const wanted = codecs.filter((c) => c.mimeType.toLowerCase() === mime.toLowerCase());
    if (!wanted.length) throw new Error('this browser has no ' + mime);
    // RED is a wrapper: a browser takes it as first choice only with what it wraps behind it.
    if (mime === 'audio/red') wanted.push(...codecs.filter((c) => c.mimeType === 'audio/opus'));
    transceiver.setCodecPreferences(wanted);
  };

  const addTracks = (pc, stream, codec, sendEncodings) => {
    for (const track of stream.getTracks()) {
      const init = { direction: 'sendonly', streams: [stream] };
      if (track.kind === 'video' && sendEncodings) init.sendEncodings = sendEncodings;
      const transceiver = pc.addTransceiver(track, init);
      if (codec && codec.startsWith(track.kind)) preferCodec(transceiver, codec);
    }
  };

  // As behind a firewall that lets no UDP through: such candidates are not heard of. Checks of ours would be, but an ICE-lite
  // server makes none.
  let tcpOnly = false;
  const withoutUdp = (description) =>
    tcpOnly ? { type: description.type, sdp: description.sdp.replace(/^a=candidate:\S+ 1 udp .*\r\n/gim, '') } : description;
  const isUsable = (candidate) => !tcpOnly || !/ udp /i.test(candidate.candidate);

  const session = (name, pc, extra) => (sessions[name] = Object.assign({ pc, messages: [], close: null }, extra));

  const listen = (ws, s, onMessage) => {
    ws.onmessage = async (event) => {
      const message = JSON.parse(event.data);
      s.messages.push(message);
      await onMessage(message);
    };
    ws.onclose = (event) => (s.close = { code: event.code, reason: event.reason });
  };

  const connected = (s) =>
    waitFor('connection', () => {
      if (s.close) throw new Error('closed ' + s.close.code + ' ' + s.close.reason);
      return s.pc.connectionState === 'connected';
    });

  const wsPublish = async (name, path, { constraints = { audio: true, video: true }, codec, encodings } = {}) => {
    const stream = await media(constraints);
    const pc = new RTCPeerConnection();
    const ws = new WebSocket(wsUrl(path + '/webrtc/publish'));
    const s = session(name, pc, { ws, stream });
    addTracks(pc, stream, codec, encodings);
    pc.onicecandidate = ({ candidate }) =>
      candidate && ws.send(JSON.stringify({ type: 'candidate', candidate, stream_id: 'local1' }));
    listen(ws, s, async (message) => {
      if (message.type === 'config') {
        await pc.setLocalDescription();
        ws.send(JSON.stringify(pc.localDescription));
      } else if (message.type === 'answer') {
        await pc.setRemoteDescription(withoutUdp(message));
      } else if (message.type === 'candidate') {
        if (isUsable(message.candidate)) await pc.addIceCandidate(message.candidate);
      }
    });
    await connected(s);
  };

  const attach = (pc, s) => {
    s.video = document.createElement('video');
    s.video.muted = true;
    s.video.autoplay = true;
    s.video.playsInline = true;
    document.body.append(s.video);
    pc.ontrack = (event) => {
      s.video.srcObject = event.streams[0];
      s.video.play().catch(() => {});
    };
  };

  // Media goes to this port instead of the server's, to which a relay brings it.
  const through = (relayPort, sdp) =>
    relayPort ? sdp.replace(/^(a=candidate:\S+ 1 udp \d+ \S+) \d+/gm, '$1 ' + relayPort) : sdp;

  const wsPlay = async (name, path, { query = '', relayPort } = {}) => {
    const pc = new RTCPeerConnection();
    const ws = new WebSocket(wsUrl(path + '/webrtc' + query));
    const s = session(name, pc, { ws, startedMs: performance.now() });
    attach(pc, s);
    pc.onicecandidate = ({ candidate }) =>
      candidate && ws.readyState === 1 && ws.send(JSON.stringify({ type: 'candidate', candidate, stream_id: 'local1' }));
    listen(ws, s, async (message) => {
      if (message.type === 'offer') {
        await pc.setRemoteDescription(withoutUdp({ type: 'offer', sdp: through(relayPort, message.sdp) }));
        await pc.setLocalDescription();
        ws.send(JSON.stringify(pc.localDescription));
      } else if (message.type === 'candidate') {
        if (isUsable(message.candidate)) await pc.addIceCandidate(message.candidate);
      }
    });
    await connected(s);
  };

  // As clients of 20.4.1 and later do when they are told of a TURN server, but by no other way than over it.
  const wsPlayByRelay = async (name, path) => {
    const ws = new WebSocket(wsUrl(path + '/webrtc'));
    const s = session(name, null, { ws });
    listen(ws, s, async (message) => {
      if (message.type !== 'offer') return;
      const { addr, port, user, pass } = message.config.turn;
      const urls = [`turn:${addr}:${port}?transport=tcp`];
      s.pc = new RTCPeerConnection({ iceServers: [{ urls, username: user, credential: pass }], iceTransportPolicy: 'relay' });
      attach(s.pc, s);
      await s.pc.setRemoteDescription(message);
      await s.pc.setLocalDescription();
      ws.send(JSON.stringify(s.pc.localDescription));
    });
    await waitFor('an offer', () => s.pc);
    await connected(s);
  };

  const post = async (url, sdp) => {
    const response = await fetch(url, { method: 'POST', headers: { 'Content-Type': 'application/sdp' }, body: sdp });
    const body = await response.text();
    if (response.status !== 201) throw new Error(url + ' answered ' + response.status + ' ' + body);
    return { answer: body, resource: response.headers.get('Location'), etag: response.headers.get('ETag') };
  };

  const gathered = (pc) => waitFor('candidates', () => pc.iceGatheringState === 'complete', 3000).catch(() => {});

  const whipPublish = async (name, path, { constraints = { audio: true, video: true }, codec, trickle = false, relayPort } = {}) => {
    const stream = await media(constraints);
    const pc = new RTCPeerConnection({ bundlePolicy: 'max-bundle' });
    const s = session(name, pc, { stream });
    addTracks(pc, stream, codec);
    await pc.setLocalDescription();
    if (!trickle) await gathered(pc);
    Object.assign(s, await post(path + '/whip', pc.localDescription.sdp));
    await pc.setRemoteDescription(withoutUdp({ type: 'answer', sdp: through(relayPort, s.answer) }));
    await connected(s);
  };

  const whepPlay = async (name, path, { audio = true, video = true, codec, trickle = false, query = '', relayPort } = {}) => {
    const pc = new RTCPeerConnection({ bundlePolicy: 'max-bundle' });
    const s = session(name, pc, { startedMs: performance.now() });
    attach(pc, s);
    if (video) {
      const transceiver = pc.addTransceiver('video', { direction: 'recvonly' });
      if (codec && codec.startsWith('video')) preferCodec(transceiver, codec);
    }
    if (audio) {
      const transceiver = pc.addTransceiver('audio', { direction: 'recvonly' });
      if (codec && codec.startsWith('audio')) preferCodec(transceiver, codec);
    }
    await pc.setLocalDescription();
    if (!trickle) await gathered(pc);
    Object.assign(s, await post(path + '/whep' + query, pc.localDescription.sdp));
    await pc.setRemoteDescription(withoutUdp({ type: 'answer', sdp: through(relayPort, s.answer) }));
    await connected(s);
  };

  // As npm's whip-whep does it: only the two ICE lines, and the answer's fragment put into the remote description.
  const iceRestartByPatch = async (name) => {
    const s = sessions[name];
    const pc = s.pc;
    await pc.setLocalDescription(await pc.createOffer({ iceRestart: true }));
    const lines = pc.localDescription.sdp.match(/^a=ice-(ufrag|pwd):.*$/gm).slice(0, 2);
    const response = await fetch(s.resource, {
      method: 'PATCH',
      headers: { 'Content-Type': 'application/trickle-ice-sdpfrag', 'If-Match': '*' },
      body: lines.join('\r\n') + '\r\n',
    });
    if (response.status !== 200) throw new Error('PATCH answered ' + response.status);
    const fragment = await response.text();
    const ufrag = fragment.match(/a=ice-ufrag:(.*)\r\n/)[1];
    const pwd = fragment.match(/a=ice-pwd:(.*)\r\n/)[1];
    const remote = pc.remoteDescription.sdp
      .replace(/a=ice-ufrag:.*\r\n/g, 'a=ice-ufrag:' + ufrag + '\r\n')
      .replace(/a=ice-pwd:.*\r\n/g, 'a=ice-pwd:' + pwd + '\r\n');
    await pc.setRemoteDescription({ type: 'answer', sdp: remote });
    await waitFor('ICE', () => ['connected', 'completed'].includes(pc.iceConnectionState));
  };

  // Sums the counters that tell whether media flows: what was decoded, heard and lost.
  const received = async (name) => {
    const result = { frames: 0, audioPackets: 0, audioEnergy: 0, videoPackets: 0, keyFrames: 0, lost: 0, codecs: [] };
    const stats = await sessions[name].pc.getStats();
    for (const report of stats.values()) {
      if (report.type !== 'inbound-rtp') continue;
      result.lost += report.packetsLost || 0;
      const codec = stats.get(report.codecId);
      if (codec) result.codecs.push(codec.mimeType);
      if (report.kind === 'video') {
        result.frames += report.framesDecoded || 0;
        result.keyFrames += report.keyFramesDecoded || 0;
        result.videoPackets += report.packetsReceived || 0;
        result.width = report.frameWidth;
      } else {
        result.audioPackets += report.packetsReceived || 0;
        result.audioEnergy += report.totalAudioEnergy || 0;
      }
    }
    return result;
  };

  const candidatePort = async (name) =>
    Number(sessions[name].pc.remoteDescription.sdp.match(/a=candidate:\S+ 1 udp \d+ \S+ (\d+)/)[1]);

  // What was lost of the picture, asked for and sent again, by either side's word; and whether RTX was agreed on.
  const repairs = async (name) => {
    const pc = sessions[name].pc;
    const result = { nacks: 0, retransmitted: 0, lost: 0, keyFrameRequests: 0 };
    for (const report of (await pc.getStats()).values()) {
      if (report.kind !== 'video' || !/^(in|out)bound-rtp$/.test(report.type)) continue;
      result.nacks += report.nackCount || 0;
      result.retransmitted += (report.retransmittedPacketsSent || 0) + (report.retransmittedPacketsReceived || 0);
      result.lost += report.packetsLost || 0;
      result.keyFrameRequests += report.pliCount || 0;
    }
    const agreed = pc.localDescription.type === 'answer' ? pc.localDescription : pc.remoteDescription;
    result.rtx = (agreed.sdp.match(/^a=rtpmap:\d+ rtx/gm) || []).length;
    return result;
  };

  // Resolves once this many more frames (and, when asked, audio packets) have come.
  const plays = async (name, { frames = 20, audio = 20 } = {}, timeoutMs = 15000) => {
    const before = await received(name);
    return waitFor(
      name + ' to receive media',
      async () => {
        const now = await received(name);
        return now.frames >= before.frames + frames && now.audioPackets >= before.audioPackets + audio && now;
      },
      timeoutMs
    ).catch(async (e) => {
      throw new Error(e.message + ' ' + JSON.stringify(await received(name)));
    });
  };

  const closed = (name, timeoutMs = 15000) => waitFor(name + ' to be closed', () => sessions[name].close, timeoutMs);

  const stop = (name) => {
    const s = sessions[name];
    if (s.ws) s.ws.close();
    s.pc.close();
    if (s.stream) s.stream.getTracks().forEach((t) => t.stop());
    if (s.video) s.video.remove();
  };

  const localCandidate = async (name) => {
    const stats = await sessions[name].pc.getStats();
    const transport = [...stats.values()].find((report) => report.type === 'transport');
    return stats.get(stats.get(transport.selectedCandidatePairId).localCandidateId);
  };

  // What media goes over: udp or tcp; and host, prflx, srflx or relay.
  const protocol = async (name) => (await localCandidate(name)).protocol;
  const candidateType = async (name) => (await localCandidate(name)).candidateType;

  const useTcpOnly = async (only) => (tcpOnly = only);

  const say = (name, message) => sessions[name].ws.send(JSON.stringify(message));

  // Until a picture of this width is shown.
  const shows = (name, width) => waitFor(`${name} to show ${width}`, () => sessions[name].video.videoWidth === width, 25000);

  // Until the server says that this quality is sent.
  const told = async (name, track) => {
    await waitFor(`${name} to be told of ${track}`, () =>
      sessions[name].messages.findLast((m) => m.type === 'info')?.video_track_id === track);
  };

  // Until the publisher sends so many layers.
  const flow = async (path, layers) => {
    await waitFor(`${layers} layers`, async () => {
      const response = await fetch(path + '/media_info.json');
      return response.ok && (await response.json()).tracks.filter((t) => t.content === 'video' && t.width && t.bitrate).length === layers;
    }, 25000);
  };

  // What a publisher's browser thinks that its way carries, bit/s; NaN before it knows.
  const estimate = async (name) => {
    for (const report of (await sessions[name].pc.getStats()).values()) {
      if (report.type === 'candidate-pair' && report.nominated) return Number(report.availableOutgoingBitrate);
    }
    return NaN;
  };

  window.sluiceTest = { say, shows, told, flow, useTcpOnly, protocol, candidateType, wsPlayByRelay, iceRestartByPatch, sessions, waitFor, wsPublish, wsPlay, whipPublish, whepPlay, received, plays, closed, stop, candidatePort, repairs, estimate };
})();
