/** JSON (RFC 8259) as plain maps, lists, strings and numbers, over Jackson's streaming parser. A leaf. */
package dev.sluice.signaling.json;
