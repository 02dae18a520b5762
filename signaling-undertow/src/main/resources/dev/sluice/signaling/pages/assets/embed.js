// SPDX-License-Identifier: Apache-2.0
// The bare player of /S/embed.html. Query: autoplay=0, mute=1, wait=0, start_track, password, transport=http.

import { $ } from './common.js';
import { Watch, optionsFrom } from './watch.js';

const params = new URLSearchParams(location.search);
const name = decodeURIComponent(location.pathname).replace(/\/embed\.html$/, '').replace(/^\/+/, '');
const isOff = (value) => value === '0' || value === 'false';

document.title = name;
const watch = new Watch(name, optionsFrom(params));
$('video').muted = params.has('mute') && !isOff(params.get('mute'));
if (!isOff(params.get('autoplay'))) watch.start();
