// SPDX-License-Identifier: Apache-2.0
// Types of sluice.js; sluice.mjs has a default export besides, see sluice.d.mts.

export const VERSION: string;

/** WebSocket close codes of Sluice; refusals of WHIP and WHEP are reported by the same numbers. */
export const CODES: {
  readonly BAD_MESSAGE: 4400;
  readonly PASSWORD: 4401;
  readonly ORIGIN: 4403;
  readonly NOT_DECLARED: 4404;
  readonly NOT_LIVE: 4409;
  readonly ENDED: 4410;
  readonly REPLACED: 4411;
  readonly CODECS: 4422;
  readonly CAPS: 4429;
};

export const PLAYER_EVENTS: {
  readonly PLAY: 'play';
  readonly FAIL: 'fail';
  readonly DEBUG: 'debug';
  readonly STATUS: 'status';
  readonly MUTED: 'muted';
};

export const PUBLISHER_EVENTS: {
  readonly STREAMING: 'streaming';
  readonly FAIL: 'fail';
  readonly DEBUG: 'debug';
  readonly STATUS: 'status';
  readonly TRACKS: 'tracks';
};

export type PlayerStatus = 'stopped' | 'connecting' | 'waiting' | 'playing' | 'reconnecting' | 'failed';
export type PublisherStatus = 'stopped' | 'initializing' | 'streaming' | 'reconnecting' | 'failed';

export const PLAYER_STATUSES: Readonly<Record<string, PlayerStatus>>;
export const PUBLISHER_STATUSES: Readonly<Record<string, PublisherStatus>>;

export type FailReason =
  /** The server closed the WebSocket; `code` and `message` say why. */
  | 'ws_closed'
  /** No WebSocket came about, or nothing was heard on it. */
  | 'ws_error'
  /** A WHIP or WHEP request failed or was refused. */
  | 'http_error'
  | 'ice_connection_fail'
  /** The server ended the media. */
  | 'peer_connection_closed'
  | 'set_remote_description_failed'
  /** Publisher only, and final: */
  | 'permission_denied'
  | 'no_device'
  | 'device_busy'
  | 'constraints'
  | 'insecure_page'
  | 'capture_failed'
  /** A camera or microphone was unplugged or withdrawn; the session goes on. */
  | 'device_lost';

export interface FailDetail {
  /** One of CODES, another WebSocket close code, or 0. */
  code: number;
  /** One English sentence. */
  message: string;
  /** Whether the client tries again by itself, in `delayMs`. */
  willRetry: boolean;
  delayMs: number;
  cause?: unknown;
  /** The failure concerns screen sharing only. */
  screen?: boolean;
}

export type ClientEvent =
  | { type: 'started'; started_at: number }
  | { type: 'closed'; closed_at: number }
  | { type: 'connection state'; connection: RTCPeerConnectionState };

export interface CommonOptions {
  /** 'websocket' (the default) or 'http' (WHIP to publish, WHEP to play). */
  transport?: 'websocket' | 'http';
  /** The same as transport: 'http', by Flussonic's name for it. */
  whipwhap?: boolean;
  /** Attempts in a row that may fail before the client gives up. 1 = never try again. Default: no limit. */
  retryMax?: number;
  /** Milliseconds before the first new attempt; each further one waits twice as long, up to 15 s. Default 1000. */
  retryDelay?: number;
  password?: string;
  /** Both together add `?NAME=VALUE` to every request. */
  authTokenName?: string;
  tokenValue?: string;
  shouldLog?: boolean;
  onEvent?(event: ClientEvent): void;
  onWebsocketClose?(event: CloseEvent): void;
}

export interface MediaTrackInfo {
  track_id: string;
  content: 'video' | 'audio' | string;
  [key: string]: unknown;
}

export interface PlayerOptions extends CommonOptions {
  /** Plays without a call to play(). */
  autoplay?: boolean;
  /** Tells the server how long it took until the picture ran, and how often it stood still. Default true. */
  statsSendEnable?: boolean;
  /** Seconds between such reports; one more comes at the end. Default 60. */
  statsSendTime?: number;
  /** Waits for a stream that is not live yet, and again when it has ended, instead of failing. */
  wait?: boolean;
  videoDisabled?: boolean;
  audioDisabled?: boolean;
  start_track?: string;
  onMediaInfo?(tracks: MediaTrackInfo[], abr: boolean): void;
  /** Which tracks are delivered now; `thinned` when the way is too narrow for any quality; `published` whether its publisher is there. */
  onTrackInfo?(info: { video_track_id: string; audio_track_id: string; thinned?: boolean; published?: boolean }): void;
}

export interface PublisherOptions extends CommonOptions {
  /** Shows what is sent. */
  preview?: HTMLMediaElement | null;
  /** Set on the preview element. Default: autoplay, muted. */
  previewOptions?: { autoplay?: boolean; controls?: boolean; muted?: boolean };
  /** For getUserMedia. Default: { video: true, audio: true }. */
  constraints?: MediaStreamConstraints;
  /** Tracks of the application's own, in place of camera and microphone. They stay the application's: stop() does not stop them. */
  inputStreams?: MediaStream | MediaStreamTrack | Array<MediaStream | MediaStreamTrack>;
  /** Limit of the picture, in bit/s. */
  maxBitrate?: number;
  /** Sends the picture in three sizes, of which each player gets the one that fits its way. Default: from 720 lines on. */
  simulcast?: boolean;
  /** Offered first where the browser has it: VP8, VP9, AV1, H264, H265. */
  videoCodec?: string;
  /** Offered first where the browser has it: opus, red, PCMU, PCMA. */
  audioCodec?: string;
  returnCapabilities?(capabilities: MediaTrackCapabilities | undefined): void;
}

/** Of a publisher's layers the bitrate of all, and else what is to be said of the largest that is sent. */
export interface TrackFigures {
  codec: string;
  bitrateBps: number;
  lossPercent: number;
  jitterMs: number;
  width: number;
  height: number;
  fps: number;
  framesDropped: number;
  freezes: number;
  /** Mean time a frame waited in the jitter buffer. Players only. */
  bufferMs: number;
  /** Why the browser sends less than it could: none, cpu, bandwidth, other. Publishers only. */
  limitedBy: string;
}

export interface Figures {
  roundTripMs: number | null;
  availableBps: number | null;
  video: TrackFigures | null;
  audio: TrackFigures | null;
}

declare class Client<Events extends Record<string, unknown[]>, Status> {
  readonly url: string;
  readonly status: Status;
  on<E extends keyof Events>(event: E, listener: (...args: Events[E]) => void): this;
  off<E extends keyof Events>(event: E, listener: (...args: Events[E]) => void): this;
  /** Live figures, or null without a session. Rates are over the time since the previous call. */
  getFigures(): Promise<Figures | null>;
}

export type PlayerEvents = {
  /** The picture (or sound) runs; again after each reconnect. */
  play: [message: string];
  fail: [reason: FailReason, detail: FailDetail];
  debug: [what: string, detail?: unknown];
  status: [status: PlayerStatus];
  /** The browser refused to start with sound, so the element was muted. */
  muted: [];
};

export class Player extends Client<PlayerEvents, PlayerStatus> {
  constructor(element: HTMLMediaElement, url: string, opts?: PlayerOptions, shouldLog?: boolean);
  readonly element: HTMLMediaElement;
  /** Starts, and goes on through reconnects until stop(). */
  play(): void;
  stop(): void;
  /** stop(), and no further events. */
  destroy(): void;
  changeTracks(tracks: string | string[]): void;
  getMediaInfo(): Promise<{ tracks: MediaTrackInfo[]; [key: string]: unknown }>;
}

export type PublisherEvents = {
  /** Media is connected; again after each reconnect. */
  streaming: [sessionId?: string];
  fail: [reason: FailReason, detail: FailDetail];
  debug: [what: string, detail?: unknown];
  status: [status: PublisherStatus];
  /** What is sent has changed: camera, screen or device. */
  tracks: [stream: MediaStream];
};

export class Publisher extends Client<PublisherEvents, PublisherStatus> {
  constructor(url: string, opts?: PublisherOptions, shouldLog?: boolean);
  /** What is sent, null while stopped. */
  readonly stream: MediaStream | null;
  readonly muted: boolean;
  readonly videoMuted: boolean;
  readonly sharesScreen: boolean;
  /** Captures and publishes, and goes on through reconnects until stop(). Never rejects: errors come as `fail`. */
  start(opts?: { openPeerConnectionOptions?: { getMediaOptions?: { onGetUserMediaError?(error: Error): void } } }): Promise<void>;
  stop(): void;
  restart(): Promise<void>;
  /** Mutes the sound, or without an argument toggles it. Returns whether it is muted now. */
  mute(muted?: boolean): boolean;
  /** The same for the picture: players see black. */
  muteVideo(muted?: boolean): boolean;
  /** Sends the screen in place of the camera, or without an argument toggles it. Resolves to whether the screen is shared now. */
  shareScreen(share?: boolean): Promise<boolean>;
  /** Publishes another track of the same kind from now on. */
  switchTrack(track: MediaStreamTrack): Promise<void>;
}

export as namespace Sluice;
