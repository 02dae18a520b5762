package dev.sluice.signaling;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.sluice.signaling.AdminServer.Reply;
import java.nio.file.Path;
import java.util.Collections;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Each answer here is held against the OpenAPI document, see {@link AdminServer#call}. What is sampled: StatsHistoryTest. */
class AdminHistoryTest {
    private static final String PATH = "/config/stats/history";

    @TempDir
    Path folder;

    @Test
    void shouldGiveSlotsOfTheServerAndOfNoStreamThatWasNotLive() throws Exception {
        try (AdminServer server = new AdminServer(folder, AdminServer.LOCAL)) {
            Reply reply = server.get(PATH + "?streams=fixed,team/a,team%2Fb");
            assertEquals(200, reply.status());
            assertEquals(5.0, reply.at("interval"));
            assertEquals(120.0, reply.at("capacity"));
            assertEquals(Map.of(), reply.at("streams"));
            assertEquals(200, server.get(PATH).status());
            assertEquals(200, server.get(PATH + "?streams=").status());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {",", "a,", "a,,b", "..", "%3Cscript%3E", "*"})
    void shouldRefuseWhatIsNoNameByTheParametersName(String streams) throws Exception {
        try (AdminServer server = new AdminServer(folder, AdminServer.LOCAL)) {
            Reply reply = server.get(PATH + "?streams=" + streams);
            assertEquals(422, reply.status());
            assertEquals("streams: expected names of streams with commas between them.", reply.at("errors.0.title"));
        }
    }

    @Test
    void shouldRefuseTooManyNamesAndOtherMethods() throws Exception {
        try (AdminServer server = new AdminServer(folder, AdminServer.LOCAL)) {
            assertEquals(
                    200,
                    server.get(PATH + "?streams=" + String.join(",", Collections.nCopies(100, "a")))
                            .status());
            assertEquals(
                    422,
                    server.get(PATH + "?streams=" + String.join(",", Collections.nCopies(101, "a")))
                            .status());
            assertEquals(405, server.call("POST", PATH, "{}").status());
        }
    }
}
