/**
 * Many datagrams in one system call: {@code recvmmsg} and {@code sendmmsg} of 64-bit Linux with {@code UDP_SEGMENT} (GSO),
 * bound through Panama to the C library. Never needed: {@link dev.sluice.natives.net.LinuxDatagramCalls#open} says in one
 * line why a system has none.
 *
 * <p>Besides, {@code ThreadScheduling}: where a loop and those who compute beside it stand in the system's scheduler.
 *
 * <p>Imports: the JDK and {@code dev.sluice.natives}. A leaf: knows nothing of the engine.
 */
package dev.sluice.natives.net;
