package dev.sluice.signaling.config;

import java.time.Duration;
import java.util.Objects;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Has the configuration read again when a file of it has changed and stayed so for a moment, and when somebody asks for it.
 * Safe for many threads; looks from a thread of its own.
 */
public final class ConfigWatch {
    private static final Logger LOG = LoggerFactory.getLogger(ConfigWatch.class);

    /** A file that is still being written changes within that time; what is half-written nevertheless is refused. */
    private static final Duration INTERVAL = Duration.ofSeconds(1);

    private final ConfigKeeper keeper;

    public ConfigWatch(ConfigKeeper keeper) {
        this.keeper = keeper;
    }

    /** Looks from now on, as long as the process lives. */
    public void start() {
        start(INTERVAL);
    }

    /** @return ends when it is interrupted */
    Thread start(Duration interval) {
        return Thread.ofPlatform().name("config-watch").daemon().start(() -> watch(interval));
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
            // A test is over.
        }
    }

    /**
     * Reads it again; what is wrong is in the log.
     *
     * @param cause for the log
     */
    public void reload(String cause) {
        try {
            keeper.reload(cause);
        } catch (ConfigException e) {
            // Logged and counted; the next change of the file is another chance.
        } catch (RuntimeException e) {
            LOG.error("reading the configuration again failed", e);
        }
    }
}
