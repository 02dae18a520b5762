/**
 * ICE as a lite agent (RFC 8445, section 2.5 and appendix A): always controlled, host candidates only, never sends a
 * check, answers those of the remote, and so learns where the remote is. Consent after RFC 7675 seen from the side that
 * is asked: while checks come the remote wants our packets; without one for 30 s nothing more is sent.
 *
 * <p>Imports {@code stun}, {@code buffer} and {@code metrics}. Assumes BUNDLE with rtcp-mux: one component, one agent a
 * transport. The remote's candidates are not used: whatever address sends an authenticated check is peer-reflexive.
 */
package dev.sluice.engine.ice;
