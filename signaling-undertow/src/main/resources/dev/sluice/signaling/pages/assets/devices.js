// SPDX-License-Identifier: Apache-2.0
// Cameras and microphones for the publish page: lists, constraints, and the level of the sound.

export function videoConstraints(deviceId, height) {
  const lines = Number(height);
  return {
    ...(deviceId ? { deviceId: { exact: deviceId } } : {}), width: { ideal: Math.round((lines * 16) / 9) }, height: { ideal: lines }, frameRate: { ideal: 30 },
  };
}

/** Fills both lists and selects the devices in use. Names are there once the user has allowed one device. */
export async function listDevices(cameraList, microphoneList, local) {
  const devices = await navigator.mediaDevices.enumerateDevices();
  fill(cameraList, devices.filter((d) => d.kind === 'videoinput'), 'Camera', local.video);
  fill(microphoneList, devices.filter((d) => d.kind === 'audioinput'), 'Microphone', local.audio);
}

function fill(list, devices, noun, track) {
  const before = (track && track.getSettings().deviceId) || list.value;
  const options = devices.map((device, i) => new Option(device.label || `${noun} ${i + 1}`, device.deviceId));
  if (options.length === 0) options.push(new Option(`No ${noun.toLowerCase()} found`, ''));
  list.replaceChildren(...options);
  if (devices.some((device) => device.deviceId === before)) list.value = before;
}

/** A bar that moves with the voice, so that one sees that the microphone works. */
export class LevelMeter {
  constructor(bar) {
    this.bar = bar;
    this.context = null;
    this.source = null;
  }

  listen(track) {
    if (this.source) this.source.disconnect();
    this.source = null;
    clearInterval(this.timer);
    this.bar.style.transform = 'scaleX(0)';
    if (!track || !globalThis.AudioContext) return;
    this.context = this.context || new AudioContext();
    this.context.resume().catch(() => {});
    this.source = this.context.createMediaStreamSource(new MediaStream([track]));
    const analyser = this.context.createAnalyser();
    analyser.fftSize = 512;
    this.source.connect(analyser);
    const samples = new Float32Array(analyser.fftSize);
    this.timer = setInterval(() => {
      if (document.hidden) return;
      analyser.getFloatTimeDomainData(samples);
      const rms = Math.sqrt(samples.reduce((sum, v) => sum + v * v, 0) / samples.length);
      const db = 20 * Math.log10(rms + 1e-6);
      this.bar.style.transform = `scaleX(${Math.min(1, Math.max(0, (db + 60) / 55)).toFixed(2)})`;
    }, 80);
  }
}
