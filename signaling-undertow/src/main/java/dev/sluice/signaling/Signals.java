package dev.sluice.signaling;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandleProxies;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;

/**
 * Signals of the operating system. The JDK has them in {@code sun.misc} only, which javac warns about by name: hence by reflection.
 * Safe for many threads.
 */
final class Signals {
    private Signals() {}

    /**
     * Runs the action, on a thread of its own, each time the signal comes, in place of what the JVM would do.
     *
     * @param name such as {@code TERM}
     * @return false where that is not possible: another system, or a JVM that was told {@code -Xrs}
     */
    static boolean handle(String name, Runnable action) {
        try {
            Class<?> signal = Class.forName("sun.misc.Signal");
            Class<?> handler = Class.forName("sun.misc.SignalHandler");
            MethodHandle run = MethodHandles.publicLookup()
                    .findVirtual(Runnable.class, "run", MethodType.methodType(void.class))
                    .bindTo(action);
            Object proxy =
                    MethodHandleProxies.asInterfaceInstance(handler, MethodHandles.dropArguments(run, 0, signal));
            signal.getMethod("handle", signal, handler)
                    .invoke(null, signal.getConstructor(String.class).newInstance(name), proxy);
            return true;
        } catch (ReflectiveOperationException e) {
            return false;
        }
    }
}
