package dev.sluice.signaling.clients;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.signaling.RunningServer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.ResourceLock;

/** Our client library as a fresh project gets it: packed, installed, type-checked, bundled, and the bundle run in a real Chromium. */
@ResourceLock("page")
class ClientPackageTest {
    private static final String ESBUILD = "esbuild@0.28.2";
    private static final String TYPESCRIPT = "typescript@5.9.3";

    private static final String APPLICATION = """
            import Sluice, { Player, PLAYER_EVENTS, Publisher, type FailDetail } from 'sluice-client';

            export function play(video: HTMLVideoElement, url: string): Player {
              const player: Player = new Player(video, url, { wait: true });
              player.on(PLAYER_EVENTS.FAIL, (reason, detail: FailDetail) => console.warn(reason, detail.message));
              player.play();
              return player;
            }

            export function publish(url: string): Publisher {
              const publisher = new Sluice.Publisher(url, { constraints: { video: true, audio: true } });
              publisher.start();
              return publisher;
            }

            Object.assign(globalThis, { application: { play, publish } });
            """;

    private static final String COMMONJS = """
            import sluice = require('sluice-client');

            export const player: sluice.Player = new sluice.Player(document.createElement('video'), 'https://localhost/live');
            """;

    private static final String WRONG = """
            import { Player } from 'sluice-client';

            export const player = new Player('no element', 5);
            """;

    @TempDir
    private static Path project;

    private record Result(int exitCode, String output) {}

    /** By npm, from the registry or npm's own cache. */
    @BeforeAll
    static void install() throws Exception {
        Path here = Path.of("").toAbsolutePath();
        Path module = Files.isDirectory(here.resolve("src/main")) ? here : here.resolve("signaling-undertow");
        Path library = module.resolve("src/main/resources/dev/sluice/signaling/pages/client");
        Files.writeString(project.resolve("package.json"), "{\"name\":\"fresh\",\"private\":true}");
        try {
            Result packed = run("npm", "pack", "--silent", library.toString());
            assertEquals(0, packed.exitCode(), packed.output());
        } catch (IOException e) {
            Assumptions.abort("npm is missing");
        }
        Path archive;
        try (Stream<Path> files = Files.list(project)) {
            archive = files.filter(file -> file.toString().endsWith(".tgz"))
                    .findFirst()
                    .orElseThrow();
        }
        Result installed = run(
                "npm",
                "install",
                "--prefer-offline",
                "--ignore-scripts",
                "--no-audit",
                "--no-fund",
                "--fetch-retries=1",
                "--fetch-timeout=20000",
                ESBUILD,
                TYPESCRIPT,
                archive.toString());
        Assumptions.assumeTrue(installed.exitCode() == 0, () -> "npm cannot be reached: " + installed.output());
        Files.writeString(project.resolve("application.mts"), APPLICATION);
        Files.writeString(project.resolve("commonjs.cts"), COMMONJS);
        Files.writeString(project.resolve("wrong.mts"), WRONG);
    }

    private static Result run(String... command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command)
                .directory(project.toFile())
                .redirectErrorStream(true)
                .start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return new Result(process.waitFor(), output);
    }

    private static Result typeCheck(String module, String resolution, String... files) throws Exception {
        return run(Stream.concat(
                        Stream.of(
                                "node_modules/.bin/tsc",
                                "--noEmit",
                                "--strict",
                                "--target",
                                "es2022",
                                "--module",
                                module,
                                "--moduleResolution",
                                resolution),
                        Stream.of(files))
                .toArray(String[]::new));
    }

    @Test
    void shouldHaveTypesForModulesAndCommonJs() throws Exception {
        assertEquals(new Result(0, ""), typeCheck("node16", "node16", "application.mts", "commonjs.cts"));
        assertEquals(new Result(0, ""), typeCheck("esnext", "bundler", "application.mts"));
        Result wrong = typeCheck("esnext", "bundler", "wrong.mts");
        assertNotEquals(0, wrong.exitCode());
        assertTrue(wrong.output().contains("HTMLMediaElement"), wrong.output());
    }

    @Test
    void shouldPublishAndPlayFromABundle() throws Exception {
        Result bundled = run(
                "node_modules/.bin/esbuild",
                "application.mts",
                "--bundle",
                "--minify",
                "--format=iife",
                "--log-level=warning",
                "--outfile=bundle.js");
        assertEquals(new Result(0, ""), bundled);
        try (RunningServer server = RunningServer.start();
                Chromium chromium = Chromium.start()) {
            chromium.open(server.url() + "/");
            chromium.driver().executeScript(Files.readString(project.resolve("bundle.js")));
            chromium.driver().executeScript("""
                            window.video = document.body.appendChild(document.createElement('video'));
                            video.muted = true;
                            window.publisher = application.publish(arguments[0]);
                            window.player = application.play(video, arguments[0]);
                            """, server.url() + "/bundled");
            chromium.run("waitFor('the picture', () => video.getVideoPlaybackQuality().totalVideoFrames > 20)");
            assertEquals(1, server.engine().stream("bundled").orElseThrow().players());
            chromium.run("(player.stop(), publisher.stop(), 0)");
            assertEquals(List.of(), chromium.errors());
        }
    }
}
