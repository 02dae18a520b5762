// What a person at the page would see and hear, read back from its elements. Everything hangs off window.sluiceTest.
(() => {
  const { waitFor } = window.sluiceTest;

  // The picture moves: time goes on and frames are shown.
  const pictureMoves = async (id) => {
    const video = document.getElementById(id);
    const frames = () => video.getVideoPlaybackQuality().totalVideoFrames;
    await waitFor('a picture in ' + id, () => video.videoWidth > 0);
    const before = { frames: frames(), time: video.currentTime };
    await waitFor('a moving picture in ' + id, () => frames() >= before.frames + 10 && video.currentTime > before.time + 0.3);
  };

  // Mean of all colours of all pixels, 0 to 255.
  const brightness = (id) => {
    const video = document.getElementById(id);
    const canvas = document.createElement('canvas');
    [canvas.width, canvas.height] = [32, 18];
    const context = canvas.getContext('2d');
    context.drawImage(video, 0, 0, canvas.width, canvas.height);
    const { data } = context.getImageData(0, 0, canvas.width, canvas.height);
    return data.reduce((sum, value, i) => (i % 4 === 3 ? sum : sum + value), 0) / ((data.length / 4) * 3);
  };

  // The loudest sample in this long, 0 to 1. The fake microphone beeps once a second.
  const loudness = async (id, durationMs = 1500) => {
    const audio = new AudioContext();
    const analyser = audio.createAnalyser();
    audio.createMediaStreamSource(document.getElementById(id).srcObject).connect(analyser);
    const samples = new Float32Array(analyser.fftSize);
    let loudest = 0;
    for (const end = performance.now() + durationMs; performance.now() < end; ) {
      analyser.getFloatTimeDomainData(samples);
      loudest = Math.max(loudest, ...samples.map(Math.abs));
      await new Promise((r) => setTimeout(r, 20));
    }
    await audio.close();
    return loudest;
  };

  const text = (id) => document.getElementById(id).innerText;

  const says = (id, words) => waitFor(id + ' to say ' + words, () => text(id).includes(words)).catch((e) => {
    throw new Error(e.message + ', it says: ' + text(id));
  });

  const hasState = (id, state) => waitFor(id + ' to be ' + state, () => document.getElementById(id).dataset.state === state).catch((e) => {
    throw new Error(e.message + ', it is ' + document.getElementById(id).dataset.state + ': ' + document.body.innerText);
  });

  const isShown = (element) => element.checkVisibility() && element.getClientRects().length > 0;

  // The table row with these words.
  const row = (words) => [...document.querySelectorAll('tbody tr')].find((element) => element.innerText.includes(words));

  // How many pixels stick out to the side.
  const overflow = () => document.documentElement.scrollWidth - document.documentElement.clientWidth;

  Object.assign(window.sluiceTest, { pictureMoves, brightness, loudness, says, hasState, isShown, row, overflow });
})();
