// Players and publishers of our library, and what a viewer of theirs would see from frame to frame. Everything hangs off window.sluiceTest.
(() => {
  const { waitFor } = window.sluiceTest;
  const viewers = {};
  const publishers = {};
  const JUMP = 90_000 * 5; // RTP timestamps of two sessions begin at random: nearer to each other than that once in 5,000 times

  const load = (url) =>
    new Promise((resolve, reject) => {
      const script = document.createElement('script');
      script.src = url + '/sluice.js';
      script.onload = () => resolve();
      script.onerror = () => reject(new Error('no script'));
      document.head.append(script);
    });

  const brightness = (context, video) => {
    context.clearRect(0, 0, 16, 9);
    context.drawImage(video, 0, 0, 16, 9);
    const { data } = context.getImageData(0, 0, 16, 9);
    return data.reduce((sum, value, i) => (i % 4 === 3 ? sum : sum + value), 0) / ((data.length / 4) * 3);
  };

  /** Notes each frame that is shown, each event of trouble, each status, and how dark it ever was. */
  const record = (video, statusOf) => {
    const seen = { video, frames: [], events: [], statuses: new Set(), darkest: 255 };
    for (const type of ['waiting', 'stalled', 'emptied', 'pause', 'ended', 'error']) {
      video.addEventListener(type, () => seen.frames.length > 0 && seen.events.push(type));
    }
    const onFrame = (now, frame) => {
      seen.frames.push({ atMs: now, rtp: frame.rtpTimestamp });
      video.requestVideoFrameCallback(onFrame);
    };
    video.requestVideoFrameCallback(onFrame);
    const canvas = document.createElement('canvas');
    [canvas.width, canvas.height] = [16, 9];
    const context = canvas.getContext('2d', { willReadFrequently: true });
    const look = () => {
      if (seen.frames.length > 0) {
        seen.darkest = Math.min(seen.darkest, brightness(context, video));
        if (seen.statuses.size > 0 || statusOf() === 'playing') seen.statuses.add(statusOf());
      }
      requestAnimationFrame(look);
    };
    look();
    return seen;
  };

  const view = async (name, url, opts = {}) => {
    const video = document.createElement('video');
    document.body.append(video);
    const player = new Sluice.Player(video, url, { wait: true, ...opts });
    viewers[name] = { player, seen: record(video, () => player.status), log: [] };
    player.on('debug', (what) => viewers[name].log.push(what));
    player.play();
  };

  const publish = async (name, url, opts = {}) => {
    const publisher = new Sluice.Publisher(url, opts);
    publishers[name] = { publisher, log: [] };
    publisher.on('debug', (what) => publishers[name].log.push(what));
    publisher.on('fail', (reason, detail) => publishers[name].log.push(`fail ${detail.code}`));
    publisher.start();
    await waitFor('streaming', () => publisher.status === 'streaming');
  };

  const moreFrames = async (name, count = 30) => {
    const { seen } = viewers[name];
    const before = seen.frames.length;
    await waitFor(`${name} to go on`, () => seen.frames.length >= before + count, 30000);
  };

  const saidMoved = (which, name) => waitFor(`${name} to move`, () => which[name].log.includes('moved'), 30000);

  /** Sessions that the frames came from, one after the other; and the longest time between two of them. */
  const report = async (name) => {
    const { player, seen } = viewers[name];
    let sessions = 1;
    let longestGapMs = 0;
    let gapAtMoveMs = 0;
    for (let i = 1; i < seen.frames.length; i++) {
      const gapMs = seen.frames[i].atMs - seen.frames[i - 1].atMs;
      longestGapMs = Math.max(longestGapMs, gapMs);
      if (Math.abs(seen.frames[i].rtp - seen.frames[i - 1].rtp) > JUMP) {
        sessions++;
        gapAtMoveMs = gapMs;
      }
    }
    return {
      sessions, longestGapMs, gapAtMoveMs, frames: seen.frames.length, events: seen.events, statuses: [...seen.statuses], darkest: seen.darkest,
      tracks: player.element.srcObject.getTracks().length,
    };
  };

  const end = () => {
    for (const { player } of Object.values(viewers)) player.destroy();
    for (const { publisher } of Object.values(publishers)) publisher.stop();
  };

  Object.assign(window.sluiceTest, { load, view, publish, record, moreFrames, saidMoved, report, end, viewers, publishers });
})();
