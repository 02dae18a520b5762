package dev.sluice.engine.net;

import dev.sluice.natives.LibraryUnavailableException;
import dev.sluice.natives.net.LinuxDatagramCalls;
import java.io.IOException;
import java.net.InetAddress;
import java.util.List;

/**
 * How ports are read and written. Immutable.
 *
 * @param option {@code batch} or {@code nio}
 * @param reason why the automatic choice fell on nio; "" otherwise
 */
public record IoChoice(String option, String reason) {
    private static final String BATCH = "batch";
    private static final String NIO = "nio";

    /**
     * Takes batches where they work, unless told otherwise.
     *
     * @param option {@code auto}, {@code batch} or {@code nio}
     * @throws IOException when batches are asked for and do not work here
     */
    public static IoChoice of(String option) throws IOException {
        if (option.equals(NIO)) {
            return new IoChoice(NIO, "");
        }
        String obstacle = obstacle();
        if (obstacle == null) {
            return new IoChoice(BATCH, "");
        }
        if (option.equals(BATCH)) {
            throw new IOException("--io batch is not possible: " + obstacle);
        }
        return new IoChoice(NIO, obstacle);
    }

    /** Why batches do not work here, or null. */
    private static String obstacle() {
        if (!ChannelDescriptor.isKnown()) {
            return "java lacks --add-exports java.base/sun.nio.ch=ALL-UNNAMED";
        }
        try {
            LinuxDatagramCalls.open().close();
            return null;
        } catch (LibraryUnavailableException e) {
            return e.getMessage();
        }
    }

    /** Opens a port as chosen. */
    DatagramPort open(List<InetAddress> addresses, int port) throws IOException {
        PortSockets sockets = PortSockets.open(addresses, port);
        if (option.equals(NIO)) {
            return new NioDatagramPort(sockets);
        }
        try {
            return new BatchDatagramPort(sockets, LinuxDatagramCalls.open());
        } catch (LibraryUnavailableException e) {
            sockets.close();
            throw new IOException(e.getMessage(), e);
        }
    }
}
