// A publisher or a player in a page of its own. The publisher draws a picture whose top row of blocks is a clock; the player reads it
// from each frame that is shown: 16 bits of milliseconds and 4 of a checksum, most significant first, white is 1.
window.sluice = (() => {
  const WIDTH = 960;
  const HEIGHT = 540;
  const FRAMES_PER_SECOND = 30;
  const ROW = 48;
  const BITS = 20;
  const STATISTICS_MS = 500;

  const frames = []; // [Date.now(), delay in ms or -1, height] of each frame shown
  const statistics = [];
  let pc;
  let isPublisher = false;

  const checksum = (value) => (value ^ (value >> 4) ^ (value >> 8) ^ (value >> 12)) & 15;

  // ---- publishing

  // A picture that takes an encoder some 1,500 kbit/s: much detail, moving at several speeds, the same in each run.
  const detail = () => {
    const canvas = new OffscreenCanvas(WIDTH * 2, HEIGHT);
    const context = canvas.getContext('2d');
    let state = 12345;
    const random = (below) => {
      state = (Math.imul(state, 1103515245) + 12345) >>> 0;
      return (state >>> 8) % below;
    };
    for (let i = 0; i < 400; i++) {
      context.fillStyle = `rgb(${random(256)},${random(256)},${random(256)})`;
      context.fillRect(random(WIDTH * 2), random(HEIGHT), 8 + random(200), 8 + random(120));
    }
    return canvas;
  };

  // To and fro: a jump would be a cut, for which an encoder leaves out frames.
  const swing = (way, length) => length - Math.abs(length - (way % (2 * length)));

  const draw = () => {
    const canvas = document.createElement('canvas');
    canvas.width = WIDTH;
    canvas.height = HEIGHT;
    document.body.append(canvas);
    const context = canvas.getContext('2d', { alpha: false });
    const texture = detail();
    let count = 0;
    const frame = () => {
      count++;
      const middle = ROW + (HEIGHT - ROW) / 2;
      context.drawImage(texture, -swing(count * 2, WIDTH), 0);
      context.drawImage(texture, 0, 0, WIDTH, HEIGHT / 2, -swing(count * 5, WIDTH / 2), middle, WIDTH * 1.5, HEIGHT - middle);
      context.fillStyle = '#fff';
      context.fillRect((count * 7) % WIDTH, 150 + 100 * Math.sin(count / 20), 120, 80);
      const now = Date.now() & 0xffff;
      const bits = (now << 4) | checksum(now);
      for (let i = 0; i < BITS; i++) {
        context.fillStyle = (bits >> (BITS - 1 - i)) & 1 ? '#fff' : '#000';
        context.fillRect((i * WIDTH) / BITS, 0, WIDTH / BITS, ROW);
      }
    };
    frame();
    setInterval(frame, 1000 / FRAMES_PER_SECOND);
    return canvas.captureStream(FRAMES_PER_SECOND).getVideoTracks()[0];
  };

  const codecFirst = (transceiver, name) => {
    const all = RTCRtpReceiver.getCapabilities('video').codecs;
    const is = (codec) => codec.mimeType.toLowerCase() === 'video/' + name;
    transceiver.setCodecPreferences([...all.filter(is), ...all.filter((codec) => !is(codec))]);
  };

  const publish = async (layers, codec) => {
    isPublisher = true;
    const sound = (await navigator.mediaDevices.getUserMedia({ audio: true })).getAudioTracks()[0];
    const picture = draw();
    const stream = new MediaStream([sound, picture]);
    pc = new RTCPeerConnection({ bundlePolicy: 'max-bundle' });
    pc.addTransceiver(sound, { direction: 'sendonly', streams: [stream] });
    const all = ['q', 'h', 'f'].map((rid, i) => ({ rid, scaleResolutionDownBy: 4 >> i })).slice(3 - layers);
    const sendEncodings = layers === 1 ? undefined : all;
    const transceiver = pc.addTransceiver(picture, { direction: 'sendonly', streams: [stream], sendEncodings });
    codecFirst(transceiver, codec);
    const sdp = await offer();
    // A busy encoder leaves out frames and changes no size: what is seen of sizes then are layers.
    const parameters = transceiver.sender.getParameters();
    parameters.degradationPreference = 'maintain-resolution';
    await transceiver.sender.setParameters(parameters);
    return sdp;
  };

  // ---- playing

  const play = async () => {
    // With the right to hear, the addresses of all interfaces are used.
    (await navigator.mediaDevices.getUserMedia({ audio: true })).getTracks().forEach((track) => track.stop());
    const video = document.createElement('video');
    video.autoplay = true;
    video.playsInline = true;
    document.body.append(video);
    watch(video);
    pc = new RTCPeerConnection({ bundlePolicy: 'max-bundle' });
    pc.ontrack = (event) => {
      video.srcObject = event.streams[0];
      video.play().catch(() => {});
    };
    pc.addTransceiver('audio', { direction: 'recvonly' });
    pc.addTransceiver('video', { direction: 'recvonly' });
    return offer();
  };

  const watch = (video) => {
    const canvas = document.createElement('canvas');
    const context = canvas.getContext('2d', { willReadFrequently: true });
    canvas.height = 1;
    canvas.width = BITS * 3;
    const shown = (now, frame) => {
      const time = Date.now();
      // The middle third of the row, scaled so that each block is three pixels, of which the middle one counts.
      const scale = frame.height / HEIGHT;
      context.drawImage(video, 0, (ROW / 3) * scale, frame.width, (ROW / 3) * scale, 0, 0, BITS * 3, 1);
      const pixels = context.getImageData(0, 0, BITS * 3, 1).data;
      let bits = 0;
      for (let i = 0; i < BITS; i++) bits = (bits << 1) | (pixels[(i * 3 + 1) * 4 + 1] > 127 ? 1 : 0);
      const drawn = bits >> 4;
      frames.push([time, checksum(drawn) === (bits & 15) ? (time - drawn) & 0xffff : -1, frame.height]);
      video.requestVideoFrameCallback(shown);
    };
    video.requestVideoFrameCallback(shown);
  };

  // ---- both

  const offer = async () => {
    setInterval(note, STATISTICS_MS);
    await pc.setLocalDescription();
    return pc.localDescription.sdp;
  };

  const received = (report, to) => {
    if (report.kind === 'audio') {
      to.audio = {
        bytes: report.bytesReceived,
        lost: report.packetsLost,
        samples: report.totalSamplesReceived || 0,
        concealed: report.concealedSamples || 0,
        playout: report.estimatedPlayoutTimestamp || 0,
      };
      return;
    }
    to.video = {
      bytes: report.bytesReceived + report.headerBytesReceived,
      packets: report.packetsReceived,
      lost: report.packetsLost,
      decoded: report.framesDecoded,
      dropped: report.framesDropped,
      keys: report.keyFramesDecoded,
      freezes: report.freezeCount,
      frozen: report.totalFreezesDuration,
      nack: report.nackCount,
      pli: report.pliCount,
      fir: report.firCount || 0,
      rtx: report.retransmittedPacketsReceived || 0,
      buffered: report.jitterBufferDelay,
      buffer: report.jitterBufferEmittedCount,
      height: report.frameHeight || 0,
      playout: report.estimatedPlayoutTimestamp || 0,
    };
  };

  const sent = (report, to) => {
    if (report.kind === 'audio') return;
    to.layers = to.layers || [];
    to.layers.push({
      rid: report.rid || '',
      bytes: report.bytesSent + report.headerBytesSent,
      encoded: report.framesEncoded,
      keys: report.keyFramesEncoded,
      nack: report.nackCount,
      pli: report.pliCount,
      fir: report.firCount || 0,
      rtx: report.retransmittedPacketsSent,
      height: report.frameHeight || 0,
      target: report.targetBitrate || 0,
      limited: report.qualityLimitationReason,
    });
  };

  const note = async () => {
    const to = { time: Date.now() };
    for (const report of (await pc.getStats()).values()) {
      if (report.type === 'inbound-rtp') received(report, to);
      if (report.type === 'outbound-rtp') sent(report, to);
      if (report.type === 'candidate-pair' && report.nominated) {
        to.rtt = report.currentRoundTripTime || 0;
        to.available = report.availableOutgoingBitrate || 0;
      }
    }
    statistics.push(to);
  };

  return {
    publish,
    play,
    answer: (sdp) => pc.setRemoteDescription({ type: 'answer', sdp }),
    isConnected: () => pc.connectionState === 'connected',
    shownFrames: () => frames.length,
    notes: async () => {
      await note();
      return { publisher: isPublisher, frames, statistics };
    },
  };
})();
