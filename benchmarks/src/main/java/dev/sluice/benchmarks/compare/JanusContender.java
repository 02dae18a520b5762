package dev.sluice.benchmarks.compare;

import dev.sluice.benchmarks.compare.janus.JanusFiles;
import dev.sluice.benchmarks.compare.janus.JanusFront;
import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** Janus of Debian's packages, with one event loop for each core it gets. Confined to the main thread. */
public final class JanusContender implements Contender {
    private final String mediaAddress;
    private final boolean isRecovering;

    /**
     * One that can be started.
     *
     * @param mediaAddress of an interface other than loopback, which Janus never offers
     * @param isRecovering whether players may ask for lost packets
     */
    public JanusContender(String mediaAddress, boolean isRecovering) {
        this.mediaAddress = mediaAddress;
        this.isRecovering = isRecovering;
    }

    @Override
    public String name() {
        return "janus";
    }

    @Override
    public String notes() {
        return "VideoRoom, ICE-lite, one event loop per core" + (isRecovering ? "" : ", no NACK");
    }

    @Override
    public String missing() {
        if (!isInstalled()) {
            return "janus is not here: install the package janus (apt-get install janus)";
        }
        return mediaAddress.isEmpty()
                ? "janus cannot be measured here: it offers no loopback addresses and no network namespace can be made"
                : "";
    }

    static boolean isInstalled() {
        return Programs.isHere("janus") && JanusFiles.libraries() != null;
    }

    @Override
    public RunningServer start(String cpu, Path folder) throws IOException, InterruptedException {
        int port = RunningServer.freePort();
        JanusFiles.write(folder, JanusFiles.libraries(), port, Programs.cores(cpu), mediaAddress);
        List<String> command = List.of(
                "janus",
                "--configs-folder=" + folder,
                "--config=" + folder.resolve("janus.jcfg"),
                "--interface=" + mediaAddress);
        RunningServer server = RunningServer.launch(name(), cpu, folder, command, Map.of());
        try {
            URI api = URI.create("http://127.0.0.1:" + port + "/janus");
            server.awaitReady(URI.create(api + "/info"));
            JanusFront front = JanusFront.open(InetAddress.getByName(mediaAddress), api, isRecovering);
            server.add(front);
            server.serveAt(front.url(), front.url() + "/{stream}/whip", front.url() + "/{stream}/whep");
            return server;
        } catch (IOException | InterruptedException | RuntimeException e) {
            server.close();
            throw e;
        }
    }
}
