package dev.sluice.signaling.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.engine.StreamSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ConfigKeeperTest {
    private static final String ONE = "streams { one { input = \"publish://\" } }\n";
    private static final String TWO = "streams { two { input = \"publish://\" } }\n";

    @TempDir
    Path folder;

    private Path main;
    private Path own;

    @BeforeEach
    void name() {
        main = folder.resolve("sluice.conf");
        own = folder.resolve("sluice.streams.conf");
    }

    private ConfigKeeper start(String text) throws Exception {
        Files.writeString(main, text);
        return ConfigKeeper.start(ConfigSource.of(main, UnaryOperator.identity()));
    }

    private static boolean declares(ConfigKeeper keeper, String name) {
        return keeper.live().get().access().streams().find(name).isPresent();
    }

    private static void add(ConfigKeeper keeper, String name) throws Exception {
        keeper.change(state -> state.own().with(OwnStream.of(name, null)));
    }

    @Test
    void shouldPutAValidFileInForceWhole() throws Exception {
        ConfigKeeper keeper = start(ONE);
        List<ServerConfig> heard = new ArrayList<>();
        keeper.live().onChange(heard::add);
        Files.writeString(main, TWO);
        assertTrue(declares(keeper, "one"));
        keeper.reload("test");
        assertTrue(declares(keeper, "two") && !declares(keeper, "one"));
        assertSame(keeper.live().get(), heard.getFirst());
        assertEquals(1, keeper.reloads().applied());
    }

    @ParameterizedTest
    @ValueSource(strings = {"streams { two {", "strems {}", "media_port = many"})
    void shouldGoOnWithTheOldOneWhenTheNewOneIsWrong(String wrong) throws Exception {
        ConfigKeeper keeper = start(ONE);
        Files.writeString(main, wrong);
        ConfigException e = assertThrows(ConfigException.class, () -> keeper.reload("test"));
        assertTrue(declares(keeper, "one"));
        assertEquals(e.getMessage(), keeper.reloads().lastError());
        assertTrue(e.getMessage().contains("sluice.conf"), e.getMessage());
        assertEquals(1, keeper.reloads().refused());
        Files.writeString(main, TWO);
        keeper.reload("test");
        assertNull(keeper.reloads().lastError());
        assertTrue(declares(keeper, "two"));
    }

    @Test
    void shouldSayWhatHoldsOnlyAfterARestartAndGoOnWithTheOldOfIt() throws Exception {
        ConfigKeeper keeper = start(ONE);
        Files.writeString(main, TWO + """
                listen = "127.0.0.1:9"
                loops = 77
                srtp = jdk
                publisher_grace = 3s
                limits { max_sessions = 5 }
                admin { token = "0123456789abcdef" }
                """);
        keeper.reload("test");
        assertEquals(
                List.of("listen", "loops", "srtp", "limits"), keeper.reloads().restartNeeded());
        ServerConfig live = keeper.live().get();
        assertEquals(8080, live.listen().plain().port());
        assertEquals("auto", live.media().srtp());
        assertEquals(0, live.limits().maxSessions());
        assertEquals("0123456789abcdef", live.admin().token());
        assertEquals(
                Duration.ofSeconds(3),
                live.access().streams().exactly("two").settings().grace());
    }

    @Test
    void shouldKeepWhatWasChangedThroughAReloadAndARestart() throws Exception {
        ConfigKeeper keeper = start(ONE);
        add(keeper, "added");
        keeper.reload("test");
        assertTrue(declares(keeper, "added") && declares(keeper, "one"));
        assertTrue(declares(start(TWO), "added"));
        assertEquals(ONE.length(), start(ONE) == null ? 0 : Files.size(main), "the config file is never touched");
    }

    @Test
    void shouldLetTheConfigFileCountWhereBothSaySomething() throws Exception {
        Files.writeString(
                own,
                "publisher_grace = 1s\norigins = any\n"
                        + "streams { one { input = \"publish://\", password = own } }\n");
        ConfigKeeper keeper = start(ONE + "publisher_grace = 2s\n");
        StreamRule one = keeper.live().get().access().streams().exactly("one");
        assertEquals("", one.password());
        assertEquals(Duration.ofSeconds(2), one.settings().grace());
        assertEquals(OriginRule.ANY, keeper.live().get().access().publishOrigins());
    }

    @Test
    void shouldLetAStreamOfItsOwnCountBeforeATemplate() throws Exception {
        Files.writeString(own, "streams { \"a/b\" { input = \"publish://\", password = own } }\n");
        ConfigKeeper keeper = start("streams { \"a/*\" { input = \"publish://\" } }");
        assertEquals(
                "own",
                keeper.live().get().access().streams().find("a/b").orElseThrow().password());
    }

    @Test
    void shouldRefuseATemplateThatCannotBeOne() throws Exception {
        for (String wrong : List.of("other/*", "a/b", "[]")) {
            Files.writeString(own, "streams { \"a/b\" { input = \"publish://\", template = \"" + wrong + "\" } }\n");
            ConfigException e = assertThrows(ConfigException.class, () -> start(ONE));
            assertTrue(
                    e.getMessage().startsWith(own + ":1: streams.\"a/b\".template: expected a pattern"),
                    e.getMessage());
        }
        Files.writeString(own, "streams { \"a/*\" { input = \"publish://\", template = \"a/**\" } }\n");
        assertThrows(ConfigException.class, () -> start(ONE));
    }

    @Test
    void shouldNotOverwriteWhatWasEditedByHand() throws Exception {
        ConfigKeeper keeper = start(ONE);
        add(keeper, "added");
        Files.writeString(own, Files.readString(own).replace("\"added\"", "\"byhand\""));
        add(keeper, "more");
        assertTrue(declares(keeper, "byhand") && declares(keeper, "more") && !declares(keeper, "added"));
        String broken = Files.readString(own) + "}";
        Files.writeString(own, broken);
        assertThrows(ConfigException.class, () -> add(keeper, "lost"));
        assertEquals(broken, Files.readString(own));
        assertFalse(declares(keeper, "lost"));
    }

    @Test
    void shouldRefuseToStartWithAWrongStreamsFile() throws Exception {
        Files.writeString(own, "\nlisten = \"0.0.0.0:1\"");
        ConfigException e = assertThrows(ConfigException.class, () -> start(ONE));
        assertTrue(e.getMessage().startsWith(own + ":2: unknown key \"listen\""), e.getMessage());
    }

    @Test
    void shouldChangeNothingWhenTheFileCannotBeWritten() throws Exception {
        ConfigKeeper keeper = start(ONE);
        add(keeper, "added");
        String before = Files.readString(own);
        Files.createDirectories(folder.resolve("sluice.streams.conf.tmp/in the way"));
        assertThrows(IOException.class, () -> add(keeper, "lost"));
        assertFalse(declares(keeper, "lost"));
        assertEquals(before, Files.readString(own));
    }

    @Test
    void shouldWriteForItsOwnerAloneAndThroughALink() throws Exception {
        ConfigKeeper keeper = start(ONE);
        add(keeper, "a");
        assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(own)));
        Path elsewhere = Files.createDirectory(folder.resolve("elsewhere")).resolve("kept.conf");
        Files.move(own, elsewhere);
        Files.createSymbolicLink(own, elsewhere);
        Files.setPosixFilePermissions(elsewhere, PosixFilePermissions.fromString("rw-r-----"));
        add(keeper, "b");
        assertTrue(Files.isSymbolicLink(own));
        assertTrue(Files.readString(elsewhere).contains("\"b\""));
        assertEquals("rw-r-----", PosixFilePermissions.toString(Files.getPosixFilePermissions(elsewhere)));
    }

    @Test
    void shouldReadWhatItWrites() throws Exception {
        StreamSettings all = new StreamSettings(
                Duration.ofMillis(2_500),
                100_000,
                9_000_000,
                List.of("vp9", "opus"),
                false,
                StreamSettings.Transport.UDP,
                Duration.ofSeconds(61),
                Duration.ZERO);
        String nasty = "\"quotes\" \\ ${x} # // \u0007 \u2028 ünïcode ☃ \n end";
        StreamAccess access = new StreamAccess(
                false,
                Guard.parse("https://example.com/hook?a=b"),
                Guard.parse("securetoken://01234567?no_check_ip=true"),
                7,
                9_000);
        String place = own.toString();
        StreamsFile file = new StreamsFile(
                Map.of(
                        "a/b.c-d_e~f",
                        OwnStream.of(new StreamRule("a/b.c-d_e~f", nasty, nasty, all, access, true, place)),
                        "follows/it",
                        OwnStream.of("follows/it", "follows/*")
                                .with(Map.of("password", "", "prefer_codec", List.of(), "on_play", ""), place),
                        "true",
                        OwnStream.of("true", null)),
                Duration.ofMillis(1),
                new PageOrigins(OriginRule.SAME, OriginRule.of(List.of("https://a.example", "https://b.example:1"))));
        AtomicFile.write(own, file.text());
        StreamsFile read = StreamsFile.read(own);
        assertEquals(file.publisherGrace(), read.publisherGrace());
        assertEquals(file.origins(), read.origins());
        assertEquals(file.text(), read.text());
        assertEquals(nasty, read.streams().get("a/b.c-d_e~f").said().password());
        assertEquals(all, read.streams().get("a/b.c-d_e~f").said().settings());
        assertEquals("follows/*", read.streams().get("follows/it").template());
        assertEquals(
                Set.of("input", "password", "prefer_codec", "on_play"),
                read.streams().get("follows/it").keys());
    }

    @Test
    void shouldReadAFileAgainWhenItWasReplacedOrWritten() throws Exception {
        ConfigKeeper keeper = start(ONE);
        BlockingQueue<ServerConfig> heard = new LinkedBlockingQueue<>();
        keeper.live().onChange(heard::add);
        Thread watch = new ConfigWatch(keeper).start(Duration.ofMillis(10));
        try {
            Files.writeString(main, TWO);
            assertTrue(heard.poll(20, TimeUnit.SECONDS)
                    .access()
                    .streams()
                    .find("two")
                    .isPresent());
            Path next = Files.writeString(folder.resolve("next"), ONE);
            Files.move(next, main, StandardCopyOption.ATOMIC_MOVE);
            assertTrue(heard.poll(20, TimeUnit.SECONDS)
                    .access()
                    .streams()
                    .find("one")
                    .isPresent());
            Files.writeString(own, "streams { own { input = \"publish://\" } }");
            assertTrue(heard.poll(20, TimeUnit.SECONDS)
                    .access()
                    .streams()
                    .find("own")
                    .isPresent());
        } finally {
            watch.interrupt();
        }
    }

    @Test
    void shouldGoOnThroughAHalfWrittenFileAndOneThatIsGone() throws Exception {
        ConfigKeeper keeper = start(ONE);
        BlockingQueue<ServerConfig> heard = new LinkedBlockingQueue<>();
        keeper.live().onChange(heard::add);
        Thread watch = new ConfigWatch(keeper).start(Duration.ofMillis(10));
        try {
            Files.writeString(main, TWO.substring(0, 20));
            awaitRefusals(keeper, 1);
            Files.delete(main);
            awaitRefusals(keeper, 2);
            assertTrue(declares(keeper, "one"));
            assertEquals(0, heard.size());
            Files.writeString(main, TWO);
            assertTrue(heard.poll(20, TimeUnit.SECONDS)
                    .access()
                    .streams()
                    .find("two")
                    .isPresent());
        } finally {
            watch.interrupt();
        }
    }

    private static void awaitRefusals(ConfigKeeper keeper, int count) {
        long startNs = System.nanoTime();
        while (keeper.reloads().refused() < count) {
            assertTrue(System.nanoTime() - startNs < 20_000_000_000L, "never refused");
            Thread.onSpinWait();
        }
    }

    @Test
    void shouldNotReadAgainWhatItWroteItself() throws Exception {
        ConfigKeeper keeper = start(ONE);
        add(keeper, "a");
        assertNull(keeper.unread());
        keeper.reload("test");
        assertNull(keeper.unread());
    }
}
