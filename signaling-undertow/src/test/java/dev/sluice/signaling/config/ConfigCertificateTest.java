package dev.sluice.signaling.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.signaling.tls.PemPair;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A certificate that does not fit its key is a configuration that is wrong. */
class ConfigCertificateTest {
    private static final String TEXT =
            "tls { certificate = cert.pem, key = key.pem }\nstreams { %s { input = \"publish://\" } }\n";

    @TempDir
    Path folder;

    private Path main;
    private ConfigKeeper keeper;

    @BeforeEach
    void start() throws Exception {
        main = Files.writeString(folder.resolve("x.conf"), TEXT.formatted("one"));
        write(PemPair.create());
        keeper = ConfigKeeper.start(ConfigSource.of(main, UnaryOperator.identity()));
    }

    private void write(PemPair pair) throws Exception {
        pair.writeCertificate(folder.resolve("cert.pem"));
        pair.writeKey(folder.resolve("key.pem"));
    }

    private void checkRefused(String expected) {
        ConfigException e = assertThrows(ConfigException.class, () -> keeper.reload("test"));
        assertTrue(e.getMessage().startsWith(main + ":1: tls"), e.getMessage());
        assertTrue(e.getMessage().contains(expected), e.getMessage());
        assertEquals(e.getMessage(), keeper.reloads().lastError());
        assertNotNull(keeper.live().get().access().streams().exactly("one"));
        assertNull(keeper.live().get().access().streams().exactly("two"));
    }

    @Test
    void shouldRefuseTheWholeWhenTheKeyIsAnothers() throws Exception {
        Files.writeString(main, TEXT.formatted("two"));
        PemPair.create().writeKey(folder.resolve("key.pem"));
        checkRefused("the key does not belong to the certificate");
        assertNull(keeper.unread(), "what was refused is not read all the time");
        PemPair next = PemPair.create();
        write(next);
        assertNotNull(keeper.unread(), "mended files are a reason to read it again");
        keeper.reload("test");
        assertNull(keeper.reloads().lastError());
        assertNotNull(keeper.live().get().access().streams().exactly("two"));
    }

    @Test
    void shouldRefuseTheWholeWhenTheCertificateIsNoneOrGone() throws Exception {
        Files.writeString(main, TEXT.formatted("two"));
        Files.writeString(folder.resolve("cert.pem"), "half a");
        checkRefused("expected a block BEGIN CERTIFICATE");
        Files.delete(folder.resolve("cert.pem"));
        checkRefused("cannot read");
    }

    @Test
    void shouldReadTheConfigAgainWhenOnlyTheCertificateHasChanged() throws Exception {
        assertNull(keeper.unread());
        PemPair next = PemPair.create();
        next.writeCertificate(folder.resolve("cert.pem"));
        assertNotNull(keeper.unread());
        checkRefused("the key does not belong to the certificate");
        next.writeKey(folder.resolve("key.pem"));
        assertNotNull(keeper.unread());
        keeper.reload("test");
        assertNull(keeper.reloads().lastError());
        assertNull(keeper.unread());
        Files.writeString(main, "streams {");
        assertThrows(ConfigException.class, () -> keeper.reload("test"));
        write(PemPair.create());
        assertNotNull(keeper.unread(), "the certificate's files are known while the config file is wrong");
        assertThrows(ConfigException.class, () -> keeper.reload("test"));
        assertNull(keeper.unread());
    }
}
