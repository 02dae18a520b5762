package dev.sluice.benchmarks.load;

import dev.sluice.benchmarks.load.shape.Shape;
import dev.sluice.natives.srtp.SrtpProfile;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** The command line of the load. Confined to the main thread. */
@Command(
        name = "./bench load",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        usageHelpAutoWidth = true,
        customSynopsis = "./bench load --start | --server URL --pid N [OPTION]…",
        description = "Publishers and players in bulk against a server on this machine, and what they cost it.")
final class LoadOptions {
    /** SRTP profiles by their short names. */
    enum Profile {
        gcm(SrtpProfile.AEAD_AES_128_GCM),
        cm(SrtpProfile.AES_CM_128_HMAC_SHA1_80);

        final SrtpProfile srtp;

        Profile(SrtpProfile srtp) {
            this.srtp = srtp;
        }
    }

    @Option(names = "--start", description = "start Sluice (./run) for this load, and stop it afterwards")
    boolean start;

    @Option(names = "--server-args", paramLabel = "ARGS", description = "more options for ./run, in one word")
    String serverArgs = "";

    @Option(names = "--server", paramLabel = "URL", description = "a server that runs, such as http://127.0.0.1:8080")
    URI server;

    @Option(
            names = "--pid",
            paramLabel = "N",
            split = ",",
            description = "its process, or all of its processes; without it nothing is said of its processor time")
    List<Long> pids = new ArrayList<>();

    @Option(names = "--name", paramLabel = "TEXT", description = "what to call it (default sluice)")
    String name = "sluice";

    @Option(
            names = "--whip",
            paramLabel = "URL",
            description = "where to publish; {server} and {stream} are filled in (default ${DEFAULT-VALUE})")
    String whip = "{server}/{stream}/whip";

    @Option(names = "--whep", paramLabel = "URL", description = "where to play (default ${DEFAULT-VALUE})")
    String whep = "{server}/{stream}/whep";

    @Option(names = "--streams", paramLabel = "N", description = "live streams (default ${DEFAULT-VALUE})")
    int streams = 1;

    @Option(names = "--players", paramLabel = "M", description = "players of each (default ${DEFAULT-VALUE})")
    int players = 100;

    @Option(
            names = "--shape",
            description = "how packets lie in time: ${COMPLETION-CANDIDATES} (default ${DEFAULT-VALUE})")
    Shape.Name shape = Shape.Name.CHROMIUM;

    @Option(names = "--rate", paramLabel = "PPS", description = "packets/s of a stream (default 250, audio 50)")
    int rate;

    @Option(
            names = "--size",
            paramLabel = "BYTES",
            description = "of the longest RTP packet, before SRTP (default 1200, audio 100)")
    int size;

    @Option(names = "--profile", description = "SRTP: ${COMPLETION-CANDIDATES} (default ${DEFAULT-VALUE})")
    Profile profile = Profile.gcm;

    @Option(names = "--seconds", paramLabel = "S", description = "how long to measure (default ${DEFAULT-VALUE})")
    int seconds = 10;

    @Option(
            names = "--warm-up",
            paramLabel = "S",
            description = "how long to let it run before (default ${DEFAULT-VALUE})")
    int warmUp = 5;

    @Option(names = "--ramp", paramLabel = "N", description = "joins per second (default ${DEFAULT-VALUE})")
    int ramp = 200;

    @Option(
            names = "--storm",
            description = "all players join at once, and that is what is measured; --watching are there before")
    boolean storm;

    @Option(
            names = "--watching",
            paramLabel = "N",
            description = "with --storm: players of each stream that are there before (default ${DEFAULT-VALUE})")
    int watching = 10;

    @Option(
            names = "--arrivals",
            paramLabel = "N",
            description =
                    "with --storm: joins per second instead of all at once, such as 10 for how long one viewer waits")
    int arrivals;

    @Option(
            names = "--lossy",
            paramLabel = "N",
            description = "besides, of each stream, players whose way loses 30 %%, of which nothing is counted")
    int lossy;

    @Option(names = "--slow", paramLabel = "N", description = "the same, whose way carries 100 kbit/s")
    int slow;

    @Option(
            names = "--memory",
            description = "what a player costs the server's memory: from 100 players to all, half a minute more")
    boolean memory;

    @Option(
            names = "--reports",
            paramLabel = "HZ",
            description = "transport-cc feedback of each player per second, 0 for none (default ${DEFAULT-VALUE});"
                    + " receiver reports likewise, but one a second at most")
    double reports = 10;

    @Option(
            names = "--sample",
            paramLabel = "N",
            description = "every how many players one decrypts and checks all it gets (default ${DEFAULT-VALUE})")
    int sample = 50;

    @Option(
            names = "--server-cpu",
            paramLabel = "LIST",
            description = "with --start: the server's cores (default ${DEFAULT-VALUE})")
    String serverCpu = "0";

    @Option(
            names = "--load-cpu",
            paramLabel = "LIST",
            description = "the load's own cores, \"\" for any (default ${DEFAULT-VALUE})")
    String loadCpu = "1";

    @Option(names = "--json", paramLabel = "FILE", description = "the result as JSON, besides the table")
    Path json;

    int packetsPerSecond() {
        return rate > 0 ? rate : shape == Shape.Name.AUDIO ? 50 : 250;
    }

    int lengthBytes() {
        return size > 0 ? size : shape == Shape.Name.AUDIO ? 100 : 1_200;
    }

    /** Where a stream is published or played. */
    URI url(String template, int stream) {
        return URI.create(template.replace("{server}", String.valueOf(server).replaceFirst("/$", ""))
                .replace("{stream}", "load-" + stream));
    }

    /** What is wrong with the options; null when nothing is. */
    String problem() {
        if (start == (server != null)) {
            return "either --start or --server URL";
        }
        if (streams < 1
                || streams > 5_000
                || players < 0
                || lossy < 0
                || slow < 0
                || (long) streams * ((long) players + lossy + slow + (storm ? watching : 0)) > 10_000) {
            return "1 to 5000 streams and at most 10000 players in all";
        }
        if (seconds < 1 || seconds > 3_600 || warmUp < 0 || warmUp > 600) {
            return "1 to 3600 seconds, and at most 600 of warm-up";
        }
        if (packetsPerSecond() > 100_000 || lengthBytes() < 64 || lengthBytes() > 1_400) {
            return "at most 100000 packets/s of 64 to 1400 bytes";
        }
        if (ramp < 1 || arrivals < 0 || sample < 1 || reports < 0 || reports > 100) {
            return "--ramp and --sample of at least 1, no negative --arrivals, --reports from 0 to 100";
        }
        if (lossy + slow > 0 && reports == 0) {
            return "--lossy and --slow go with --reports above 0";
        }
        if (memory && (storm || pids.size() != 1 && !start || streams * players <= Run.FEW_PLAYERS)) {
            return "--memory goes with --start or one --pid, without --storm, and with more than " + Run.FEW_PLAYERS
                    + " players";
        }
        return null;
    }
}
