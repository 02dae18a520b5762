// SPDX-License-Identifier: Apache-2.0
// Publish page. The page owns camera and microphone, so that the picture is there before and after a session; the library sends them.

import { PUBLISHER_EVENTS, Publisher } from '/sluice.mjs';
import {
  $, FigureBoard, captureReason, checkName, copyField, duration, explain, face, isAboutPassword, notice, passwordForm, setText, streamUrl, viewers, watchStreams,
} from './common.js';
import { LevelMeter, listDevices, videoConstraints } from './devices.js';

const USUAL_HINT = 'Viewers open the stream by this name.';
const STATUS_WORDS = { stopped: 'Not live', initializing: 'Connecting', streaming: 'Live', reconnecting: 'Reconnecting', failed: 'Not live' };

const board = new FigureBoard($('board'));
const level = new LevelMeter($('level'));
const local = { video: null, audio: null }; // the page's own tracks
const muted = { audio: false, video: false };
let publisher = null;
let liveSinceMs = 0;
let opening = null;

const stage = $('preview');
const ownTracks = () => [local.video, local.audio].filter(Boolean);
const isOn = () => publisher !== null;

// ---- camera and microphone ----

function tell(reason, detail, more) {
  const [title, text] = explain(reason, detail, { publishing: true, passwordGiven: $('secret').value !== '' });
  notice($('notice'), title, text, { bad: true, more });
}

/** Opens what the settings ask for. Resolves to whether it worked; words are shown when not. */
function openDevices() {
  if (!opening) opening = openOnce().finally(() => (opening = null));
  return opening;
}

async function openOnce() {
  if (!navigator.mediaDevices) {
    tell('insecure_page');
    return false;
  }
  const soundOnly = $('audio-only').checked;
  const constraints = { audio: $('microphone').value ? { deviceId: { exact: $('microphone').value } } : true };
  if (!soundOnly) constraints.video = videoConstraints($('camera').value, $('quality').value);
  try {
    take(await getMedia(constraints));
  } catch (error) {
    tell(captureReason(error));
    return false;
  }
  notice($('notice'), '');
  await listDevices($('camera'), $('microphone'), local);
  return true;
}

/** A computer without a microphone may publish its picture, and one without a camera its sound. */
async function getMedia(constraints) {
  try {
    return await navigator.mediaDevices.getUserMedia(constraints);
  } catch (error) {
    if (error.name !== 'NotFoundError' || !constraints.video) throw error;
    const devices = await navigator.mediaDevices.enumerateDevices();
    const has = (kind) => devices.some((device) => device.kind === kind);
    if (has('videoinput') === has('audioinput')) throw error;
    return navigator.mediaDevices.getUserMedia(has('videoinput') ? { video: constraints.video } : { audio: constraints.audio });
  }
}

function take(media) {
  for (const kind of ['video', 'audio']) {
    const [track] = kind === 'video' ? media.getVideoTracks() : media.getAudioTracks();
    setLocal(kind, track || null);
  }
  showLocal();
}

function setLocal(kind, track) {
  if (local[kind] && local[kind] !== track) local[kind].stop();
  local[kind] = track;
  if (kind === 'audio') level.listen(track);
  if (!track) return;
  track.enabled = !muted[kind];
  track.addEventListener('ended', () => {
    if (local[kind] !== track) return;
    tell('device_lost');
    if (!isOn()) showLocal();
  });
}

function showLocal() {
  if (isOn()) return; // then the publisher shows what it sends
  stage.srcObject = ownTracks().length > 0 ? new MediaStream(ownTracks()) : null;
  show();
}

/** Another device or quality was chosen: replaces one track, also while live. */
async function reopen(kind) {
  if (!local[kind]) return void ((kind === 'audio' || !$('audio-only').checked) && ownTracks().length > 0 && !isOn() && openDevices());
  const constraints = kind === 'video'
    ? { video: videoConstraints($('camera').value, $('quality').value) }
    : { audio: $('microphone').value ? { deviceId: { exact: $('microphone').value } } : true };
  try {
    // Some systems open a camera once only: the old one has to go first when it is the same.
    if (kind === 'video' && local.video.getSettings().deviceId === $('camera').value) {
      await local.video.applyConstraints(constraints.video);
      return;
    }
    const [track] = (await navigator.mediaDevices.getUserMedia(constraints)).getTracks();
    if (isOn()) await publisher.switchTrack(track);
    setLocal(kind, track);
    showLocal();
  } catch (error) {
    tell(captureReason(error));
  }
}

// ---- the session ----

function begin() {
  const name = $('stream').value.trim();
  publisher = new Publisher(streamUrl(name), {
    inputStreams: ownTracks(), preview: stage, previewOptions: { autoplay: true, muted: true },
    videoCodec: $('codec').value, password: $('secret').value, transport: $('transport').value,
  });
  const mine = publisher;
  mine.mute(muted.audio);
  mine.muteVideo(muted.video);
  mine.on(PUBLISHER_EVENTS.STATUS, () => mine === publisher && show());
  mine.on(PUBLISHER_EVENTS.TRACKS, () => mine === publisher && show());
  mine.on(PUBLISHER_EVENTS.STREAMING, () => {
    liveSinceMs = liveSinceMs || Date.now();
    notice($('notice'), '');
  });
  mine.on(PUBLISHER_EVENTS.FAIL, (reason, detail) => mine === publisher && onFail(reason, detail));
  history.replaceState(null, '', `?stream=${encodeURIComponent(name)}`);
  setText($('title'), name);
  document.title = `${name} · Publish · Sluice`;
  $('link').value = `${location.origin}/play?stream=${encodeURIComponent(name).replaceAll('%2F', '/')}`;
  $('open').href = $('link').value;
  mine.start();
  show();
}

function onFail(reason, detail) {
  if (detail.screen) {
    // Closing the browser's window of choice is no error.
    if (reason !== 'permission_denied') tell(reason, detail);
    return;
  }
  if (reason === 'device_lost') return; // the page watches its devices itself
  if (detail.willRetry) {
    const [title, text] = explain(reason, detail, { publishing: true });
    notice($('notice'), title, `${text} Trying again in ${Math.max(1, Math.round(detail.delayMs / 1000))} s.`);
    return;
  }
  end();
  const form = isAboutPassword(detail) ? [passwordForm((password) => {
    $('secret').value = password;
    start();
  })] : [];
  tell(reason, detail, form);
}

function end() {
  const old = publisher;
  publisher = null;
  liveSinceMs = 0;
  old.stop();
  $('viewers').hidden = true;
  board.clear();
  if (!$('audio-only').checked || local.audio) showLocal();
  show();
}

async function start() {
  if (!checkName($('stream'), $('stream-hint'), USUAL_HINT)) return;
  notice($('notice'), '');
  $('start').disabled = true;
  const ready = ownTracks().some((track) => track.readyState === 'live') || (await openDevices());
  $('start').disabled = false;
  if (ready && !isOn()) begin();
}

function setMuted(kind, value) {
  muted[kind] = value;
  if (isOn()) {
    if (kind === 'audio') publisher.mute(value);
    else publisher.muteVideo(value);
  } else if (local[kind]) {
    local[kind].enabled = !value;
  }
  show();
}

// ---- what is seen ----

function show() {
  const status = isOn() ? publisher.status : 'stopped';
  if (isOn()) muted.video = publisher.videoMuted;
  $('status').dataset.state = status;
  setText($('status-text'), STATUS_WORDS[status]);
  $('clock').hidden = status !== 'streaming';
  face($('start'), isOn() ? 'stop' : 'camera', isOn() ? 'Stop' : 'Go live');
  $('start').classList.toggle('primary', !isOn());
  $('start').classList.toggle('stop', isOn());
  face($('mute'), muted.audio ? 'micOff' : 'mic', muted.audio ? 'Unmute sound' : 'Mute sound');
  $('mute').classList.toggle('on', muted.audio);
  face($('mute-video'), muted.video ? 'cameraOff' : 'camera', muted.video ? 'Unmute picture' : 'Mute picture');
  $('mute-video').classList.toggle('on', muted.video);
  const shares = isOn() && publisher.sharesScreen;
  face($('share-screen'), 'screen', shares ? 'Stop sharing' : 'Share screen');
  $('share-screen').classList.toggle('on', shares);
  $('share-screen').disabled = status !== 'streaming' || !navigator.mediaDevices?.getDisplayMedia;
  for (const id of ['stream', 'codec', 'audio-only', 'transport', 'secret']) $(id).disabled = isOn();
  $('locked').hidden = !isOn();
  $('share').hidden = status !== 'streaming';
  const sent = isOn() && publisher.stream ? publisher.stream.getVideoTracks().length > 0 : Boolean(local.video);
  const anything = isOn() || ownTracks().length > 0;
  $('veil').hidden = anything && sent && !muted.video;
  $('turn-on').hidden = anything;
  const words = !anything
    ? ['Your camera', 'See yourself first. Nothing is sent before you go live.']
    : sent ? ['Your picture is off', 'Viewers see black.'] : ['Sound only', isOn() ? 'Viewers hear you.' : ''];
  setText($('veil-title'), words[0]);
  setText($('veil-text'), words[1]);
}

function fillCodecs() {
  const all = globalThis.RTCRtpSender?.getCapabilities?.('video')?.codecs || [];
  const names = { 'video/VP8': 'VP8', 'video/VP9': 'VP9', 'video/AV1': 'AV1', 'video/H264': 'H.264', 'video/H265': 'H.265' };
  for (const type of new Set(all.map((codec) => codec.mimeType))) {
    if (names[type]) $('codec').append(new Option(names[type], type.split('/')[1]));
  }
}

async function tick() {
  const mine = publisher;
  if (!mine || mine.status !== 'streaming') return;
  setText($('clock'), duration(Date.now() - liveSinceMs));
  const figures = await mine.getFigures();
  if (!figures || mine !== publisher) return;
  const extra = [];
  if (figures.availableBps) extra.push(['Uplink', `about ${(figures.availableBps / 1e6).toFixed(1)} Mbit/s`]);
  const why = { cpu: 'this computer’s speed', bandwidth: 'the uplink' }[figures.video?.limitedBy];
  if (why) extra.push(['Held back by', why]);
  board.show(figures, extra);
}

// ---- wiring ----

const params = new URLSearchParams(location.search);
$('stream').value = params.get('stream') || '';
if (params.get('transport') === 'http') $('transport').value = 'http';
setText($('stream-hint'), USUAL_HINT);
setText($('title'), $('stream').value || 'Publish');
fillCodecs();
show();

$('settings').addEventListener('submit', (event) => {
  event.preventDefault();
  if (!isOn()) start();
});
$('start').addEventListener('click', () => (isOn() ? end() : start()));
$('turn-on').addEventListener('click', openDevices);
$('mute').addEventListener('click', () => setMuted('audio', !muted.audio));
$('mute-video').addEventListener('click', () => setMuted('video', !muted.video));
$('share-screen').addEventListener('click', () => publisher && publisher.shareScreen());
$('camera').addEventListener('change', () => reopen('video'));
$('quality').addEventListener('change', () => reopen('video'));
$('microphone').addEventListener('change', () => reopen('audio'));
$('audio-only').addEventListener('change', () => {
  if (ownTracks().length === 0) return;
  if ($('audio-only').checked && local.audio) {
    setLocal('video', null);
    showLocal();
  } else {
    openDevices();
  }
});
$('copy').addEventListener('click', () => copyField($('link'), $('copy')));
navigator.mediaDevices?.addEventListener?.('devicechange', () => ownTracks().length > 0 && listDevices($('camera'), $('microphone'), local));

setInterval(tick, 1000);
watchStreams((list) => {
  if (!isOn() || !list) return;
  const stream = list.streams.find((s) => s.name === $('stream').value.trim());
  $('viewers').hidden = !stream;
  if (stream) setText($('viewers'), viewers(stream.players));
}, { background: true, name: () => $('stream').value.trim() }); // who publishes often has another tab in front, and looks back at this one

/** Who has allowed the camera before sees the picture at once. Some browsers cannot tell; then a click is needed. */
async function openIfAllowed() {
  const answers = await Promise.all(['camera', 'microphone'].map((name) => navigator.permissions.query({ name })));
  if (answers.every((answer) => answer.state === 'granted') && ownTracks().length === 0) await openDevices();
}
if (!navigator.mediaDevices) tell('insecure_page');
else openIfAllowed().catch(() => {});
