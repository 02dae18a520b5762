// SPDX-License-Identifier: Apache-2.0
// The ES module form of sluice.js, which is the source. Browsers run it as a module without exports; Node and bundlers take it as CommonJS.
import * as source from './sluice.js';

const api = source.default ?? globalThis[Symbol.for('dev.sluice.client')];

export const { VERSION, CODES, PLAYER_EVENTS, PLAYER_STATUSES, PUBLISHER_EVENTS, PUBLISHER_STATUSES, Player, Publisher } = api;
export default api;
