package dev.sluice.engine.net;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.nio.channels.SelectableChannel;

/**
 * The file descriptor behind a channel, which the JDK tells only to whom it exports {@code sun.nio.ch}. Found by name: the
 * compiler sees no package that is not exported to everybody. Stateless.
 */
final class ChannelDescriptor {
    private static final MethodHandle GETTER = getter();

    private ChannelDescriptor() {}

    private static MethodHandle getter() {
        try {
            return MethodHandles.lookup()
                    .findVirtual(Class.forName("sun.nio.ch.SelChImpl"), "getFDVal", MethodType.methodType(int.class))
                    .asType(MethodType.methodType(int.class, SelectableChannel.class));
        } catch (ReflectiveOperationException e) {
            return null;
        }
    }

    static boolean isKnown() {
        return GETTER != null;
    }

    /** Valid as long as the channel is open, and it closes when nothing refers to it. */
    static int of(SelectableChannel channel) {
        try {
            return (int) GETTER.invokeExact(channel);
        } catch (Throwable e) {
            throw new AssertionError(e);
        }
    }
}
