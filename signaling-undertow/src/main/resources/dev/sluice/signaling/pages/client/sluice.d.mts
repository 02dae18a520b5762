// SPDX-License-Identifier: Apache-2.0
// Types of sluice.mjs: those of sluice.js, each by its name or all in the default export.
import * as api from './sluice.js';

export * from './sluice.js';
export default api;
