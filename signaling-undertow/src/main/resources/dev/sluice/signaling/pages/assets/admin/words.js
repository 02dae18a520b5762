// SPDX-License-Identifier: Apache-2.0
// Numbers, times, programs and refusals as people say them.

import { bitrate, codecName, h } from '../common.js';

const NUMBER = new Intl.NumberFormat('en');

export const count = (n) => NUMBER.format(n);

export const many = (n, one, more = `${one}s`) => `${count(n)} ${n === 1 ? one : more}`;

export function rate(kbps) {
  if (kbps >= 999_500) return `${(kbps / 1e6).toFixed(1)} Gbit/s`;
  return bitrate(kbps * 1000).join(' ');
}

export function bytes(n) {
  const units = ['byte', 'KB', 'MB', 'GB', 'TB'];
  let value = n;
  let unit = 0;
  while (value >= 999.5 && unit < units.length - 1) {
    value /= 1000;
    unit++;
  }
  return unit === 0 ? many(n, 'byte') : `${value < 9.95 ? value.toFixed(1) : Math.round(value)} ${units[unit]}`;
}

export function percent(value) {
  return `${value === 0 || value >= 10 ? Math.round(value) : value.toFixed(1)} %`;
}

export function milliseconds(value) {
  if (value === null || value === undefined) return '–';
  return `${value < 10 ? value.toFixed(1) : count(Math.round(value))} ms`;
}

/** A span of time in its largest units, two of them unless fewer are wanted. */
export function span(seconds, parts = 2) {
  const s = Math.max(0, Math.floor(seconds));
  const units = [[86400, parts > 1 ? 'd' : 'days'], [3600, 'h'], [60, 'min'], [1, 's']];
  const first = units.findIndex(([length]) => s >= length);
  if (first < 0) return '0 s';
  const [length, name] = units[first];
  const rest = parts > 1 && length > 60 ? Math.floor((s % length) / units[first + 1][0]) : 0;
  return `${Math.floor(s / length)} ${name}${rest > 0 ? ` ${rest} ${units[first + 1][1]}` : ''}`;
}

/** "3 min ago" by the server's clock, with the whole time to hover. */
export function ago(atMs, nowMs) {
  const seconds = (nowMs - atMs) / 1000;
  const date = new Date(atMs);
  return h('time', { dateTime: date.toISOString(), title: date.toLocaleString() }, seconds < 5 ? 'just now' : `${span(seconds, 1)} ago`);
}

export const seconds = (n) => `${NUMBER.format(n)} s`;

const BROWSERS = [
  [/\bOBS-Studio\/([\d.]+)/, 'OBS Studio'], [/\bEdg(?:A|iOS)?\/(\d+)/, 'Edge'], [/\bOPR\/(\d+)/, 'Opera'],
  [/\bSamsungBrowser\/(\d+)/, 'Samsung Internet'], [/\b(?:Firefox|FxiOS)\/(\d+)/, 'Firefox'],
  [/\b(?:Headless)?Chrom(?:e|ium)\/(\d+)/, 'Chrome'], [/\bCriOS\/(\d+)/, 'Chrome'], [/\bVersion\/(\d+).*\bSafari\//, 'Safari'],
];
const SYSTEMS = [
  [/Android/, 'Android'], [/iPhone/, 'iPhone'], [/iPad/, 'iPad'], [/Windows/, 'Windows'], [/CrOS/, 'ChromeOS'], [/Mac OS X|Macintosh/, 'Mac'],
  [/Linux|X11/, 'Linux'],
];
const LONGEST_CLIENT = 60;

/** A User-Agent header in words; what is not known is shown as it is. */
export function client(userAgent) {
  if (!userAgent) return 'A program without a name';
  const browser = BROWSERS.find(([pattern]) => pattern.test(userAgent));
  if (!browser) {
    const program = /^([A-Za-z][\w .-]{1,30})\/(\d[\w.]{0,15})/.exec(userAgent);
    if (program && program[1] !== 'Mozilla') return `${program[1]} ${program[2]}`;
    return userAgent.length > LONGEST_CLIENT ? `${userAgent.slice(0, LONGEST_CLIENT)}…` : userAgent;
  }
  const system = SYSTEMS.find(([pattern]) => pattern.test(userAgent));
  return `${browser[1]} ${browser[0].exec(userAgent)[1]}${system ? ` on ${system[1]}` : ''}`;
}

/** "VP8, Opus" of "opus,VP8". */
export function codecs(list) {
  const names = list.split(',').map((name) => name.trim()).filter(Boolean).map((name) => (/^(vp|av)\d$/.test(name) ? name.toUpperCase() : codecName(name)));
  const sounds = ['Opus', 'Opus with redundancy', 'G.711 µ-law', 'G.711 A-law'];
  return names.sort((a, b) => sounds.includes(a) - sounds.includes(b)).join(', ');
}

/** A track as "VP8 1280 × 720". */
export function track(t) {
  return t.width ? `${codecName(t.codec)} ${t.width} × ${t.height}` : codecName(t.codec);
}

const REFUSED = { publish: 'Publishing', play: 'Playing', admin: 'Signing in here' };

export const refused = (type) => `${REFUSED[type] || 'A request'} was refused`;
