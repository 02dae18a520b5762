// SPDX-License-Identifier: Apache-2.0
// The administration API as this page calls it. The secret is kept for this tab only and goes as a header, so that no other page can use it.

const BASE = '/streamer/api/v3';
const KEY = 'sluice.admin';
const TIMEOUT_MS = 10_000;

/** An answer that is no success, or none at all (status 0). */
export class ApiError extends Error {
  constructor(status, errors, challenge, retryAfterSeconds) {
    super(errors.map((error) => String(error.title || error.code || '')).join(' ') || `The server answers ${status}.`);
    this.status = status;
    this.code = errors.length > 0 ? String(errors[0].code) : '';
    this.challenge = challenge; // 'basic', 'bearer' or ''
    this.retryAfterSeconds = retryAfterSeconds;
  }
}

export function signIn(secret) {
  sessionStorage.setItem(KEY, secret);
}

export function signOut() {
  sessionStorage.removeItem(KEY);
}

export function isSignedIn() {
  return sessionStorage.getItem(KEY) !== null;
}

/** The Authorization header of a user and a password (RFC 7617, in UTF-8). */
export function basic(user, password) {
  const bytes = new TextEncoder().encode(`${user}:${password}`);
  return `Basic ${btoa(String.fromCharCode(...bytes))}`;
}

function authorization() {
  return isSignedIn() ? { Authorization: sessionStorage.getItem(KEY) } : {};
}

async function call(method, path, body, base = BASE) {
  const headers = authorization();
  if (method !== 'GET') headers['Content-Type'] = 'application/json';
  let response;
  try {
    response = await fetch(base + path, {
      method, headers, body: body === undefined ? undefined : JSON.stringify(body), cache: 'no-store',
      credentials: 'omit', // so that the browser asks for no password of its own
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
  } catch {
    throw new ApiError(0, [{ title: 'The server does not answer.' }], '', 0);
  }
  if (response.status === 204) return null;
  const answer = await response.json().catch(() => ({}));
  if (response.ok) return answer;
  throw refusal(response, answer);
}

function refusal(response, answer) {
  const challenge = (response.headers.get('WWW-Authenticate') || '').split(' ')[0].toLowerCase();
  return new ApiError(response.status, Array.isArray(answer.errors) ? answer.errors : [], challenge, Number(response.headers.get('Retry-After')) || 0);
}

const query = (params) => {
  const used = Object.entries(params).filter(([, value]) => value !== null && value !== undefined && value !== '');
  return used.length === 0 ? '' : `?${new URLSearchParams(used)}`;
};

const segment = encodeURIComponent;

export const api = {
  streams: (params) => call('GET', `/streams${query(params)}`),
  stream: (name) => call('GET', `/streams/${segment(name)}`),
  saveStream: (name, change) => call('PUT', `/streams/${segment(name)}`, change),
  deleteStream: (name) => call('DELETE', `/streams/${segment(name)}`),
  stopStream: (name) => call('POST', `/streams/${segment(name)}/stop`),
  sessions: (params) => call('GET', `/sessions${query(params)}`),
  endSession: (id) => call('DELETE', `/sessions/${segment(id)}`),
  config: () => call('GET', '/config'),
  stats: () => call('GET', '/config/stats'),
  history: (names) => call('GET', `/config/stats/history${query({ streams: names.join(',') })}`),
  reload: () => call('POST', '/config/reload'),
  record: (session, limits) => call('POST', `/sessions/${segment(session)}/record`, limits),
  recordings: () => call('GET', '/recordings'),
  stopRecording: (id) => call('POST', `/recordings/${segment(id)}/stop`),
  deleteRecording: (id) => call('DELETE', `/recordings/${segment(id)}`),
  drain: () => call('GET', '/-/drain', undefined, ''),
  beginDrain: (order) => call('POST', '/-/drain', order, ''),
  cancelDrain: () => call('DELETE', '/-/drain', undefined, ''),
};

/** A recording's bytes, however long they take. A plain link could not carry the secret. */
export async function recordingFile(id) {
  let response;
  try {
    response = await fetch(`${BASE}/recordings/${segment(id)}/file`, { headers: authorization(), cache: 'no-store', credentials: 'omit' });
    if (response.ok) return await response.blob();
  } catch {
    throw new ApiError(0, [{ title: 'The download was cut off.' }], '', 0);
  }
  throw refusal(response, await response.json().catch(() => ({})));
}

/** Whether the server takes new sessions; null when it does not say. */
export async function isReady() {
  try {
    const response = await fetch('/-/ready', { cache: 'no-store', credentials: 'omit', signal: AbortSignal.timeout(TIMEOUT_MS) });
    return response.ok ? true : response.status === 503 ? false : null;
  } catch {
    return null;
  }
}
