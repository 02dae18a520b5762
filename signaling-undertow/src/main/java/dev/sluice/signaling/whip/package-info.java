/**
 * WHIP (RFC 9725) and WHEP (draft-ietf-wish-whep): endpoints, session resources with trickle and ICE restart, and the event
 * stream. Imports http, access, json and the engine's face.
 */
package dev.sluice.signaling.whip;
