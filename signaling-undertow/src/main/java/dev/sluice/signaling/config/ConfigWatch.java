package dev.sluice.signaling.config;

import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.Objects;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Has the configuration read again when a file of it has changed and stayed so for a moment, and on SIGHUP. Safe for many
 * threads; looks from a thread of its own.
 */
public final class ConfigWatch implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ConfigWatch.class);

    /** A file that is still being written changes within that time; what is half-written nevertheless is refused. */
    private static final Duration INTERVAL = Duration.ofSeconds(1);

    private final ConfigKeeper keeper;
    private final Thread thread;

    private ConfigWatch(ConfigKeeper keeper, Duration interval) {
        this.keeper = keeper;
        this.thread = Thread.ofPlatform().name("config-watch").daemon().unstarted(() -> watch(interval));
    }

    public static ConfigWatch start(ConfigKeeper keeper) {
        return start(keeper, INTERVAL);
    }

    static ConfigWatch start(ConfigKeeper keeper, Duration interval) {
        ConfigWatch watch = new ConfigWatch(keeper, interval);
        watch.thread.start();
        return watch;
    }

    private void watch(Duration interval) {
        Object before = null;
        try {
            while (true) {
                Thread.sleep(interval);
                Object unread = keeper.unread();
                if (unread != null && Objects.equals(unread, before)) {
                    reload("file");
                    before = null;
                } else {
                    before = unread;
                }
            }
        } catch (InterruptedException e) {
            // Closed.
        }
    }

    private void reload(String cause) {
        try {
            keeper.reload(cause);
        } catch (ConfigException e) {
            // Logged and counted; the next change of the file is another chance.
        } catch (RuntimeException e) {
            LOG.error("reading the configuration again failed", e);
        }
    }

    /**
     * From now on SIGHUP has it read. The JDK has signals in a module that is supported though it is not standard and may be
     * left out of a runtime: then there is no SIGHUP.
     */
    public void onHangUp() {
        try {
            Class<?> signal = Class.forName("sun.misc.Signal");
            Class<?> handlerType = Class.forName("sun.misc.SignalHandler");
            Object handler = Proxy.newProxyInstance(
                    handlerType.getClassLoader(), new Class<?>[] {handlerType}, (proxy, method, arguments) -> {
                        if (method.getName().equals("handle")) {
                            reload("SIGHUP");
                            return null;
                        }
                        return method.getName().equals("hashCode")
                                ? System.identityHashCode(proxy)
                                : method.getName().equals("equals") ? proxy == arguments[0] : "SIGHUP";
                    });
            signal.getMethod("handle", signal, handlerType)
                    .invoke(null, signal.getConstructor(String.class).newInstance("HUP"), handler);
        } catch (ReflectiveOperationException | IllegalArgumentException e) {
            LOG.info("no SIGHUP here: change the file or use the API to have the configuration read again");
        }
    }

    @Override
    public void close() {
        thread.interrupt();
    }
}
