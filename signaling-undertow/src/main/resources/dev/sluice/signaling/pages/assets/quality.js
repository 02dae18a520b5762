// SPDX-License-Identifier: Apache-2.0
// The choice of the picture's quality: the layers that the publisher sends, and which one is delivered now.

import { h } from './common.js';

const REFRESH_MS = 5000;

/** "640 × 360, 0.8 Mbit/s", or what is known of it. */
function label(track) {
  const size = track.width ? `${track.width} × ${track.height}` : track.track_id;
  return track.bitrate ? `${size}, ${(track.bitrate / 1000).toFixed(1)} Mbit/s` : size;
}

/** A select element that is there while there is something to choose. */
export class Quality {
  constructor(field, select) {
    this.field = field;
    this.select = select;
    this.player = null;
    this.delivered = null;
    this.chosen = 'auto';
    this.refreshedMs = 0;
    this.tracks = [];
    select.addEventListener('change', () => {
      this.chosen = select.value;
      this.player?.changeTracks(this.chosen === 'auto' ? ['auto'] : [this.chosen, 'a1']);
    });
  }

  onTrackInfo(info) {
    this.delivered = info.video_track_id;
    this.show();
  }

  /** Asks anew now and then: layers come and go with the publisher's way. */
  async refresh(player) {
    this.player = player;
    if (Date.now() - this.refreshedMs < REFRESH_MS) return;
    this.refreshedMs = Date.now();
    const info = await player.getMediaInfo().catch(() => null);
    if (!info) return;
    this.tracks = info.tracks.filter((track) => track.content === 'video');
    this.show();
  }

  show() {
    this.field.hidden = this.tracks.length < 2;
    if (document.activeElement === this.select) return; // no list changes under the hand that chooses
    const now = this.tracks.find((track) => track.track_id === this.delivered);
    const automatic = now && this.chosen === 'auto' ? `Automatic (${label(now)})` : 'Automatic';
    this.select.replaceChildren(
      h('option', { value: 'auto' }, automatic),
      ...this.tracks.map((track) => h('option', { value: track.track_id }, label(track))),
    );
    this.select.value = this.tracks.some((track) => track.track_id === this.chosen) ? this.chosen : 'auto';
  }
}
