package dev.sluice.signaling.admin;

import dev.sluice.signaling.access.Caller;
import dev.sluice.signaling.json.Json;
import dev.sluice.signaling.json.JsonException;

/**
 * One request that passed the gate. Immutable.
 *
 * @param who as the audit log names the caller
 * @param body its text, empty when there is none
 */
record Call(Caller caller, String who, String body) {

    /** Null when absent. */
    String query(String name) {
        return caller.query().get(name);
    }

    /** The body as an object. */
    Fields fields() throws Refused {
        try {
            return new Fields(Json.parseObject(body), "");
        } catch (JsonException e) {
            throw Refused.wrong("The body must be one JSON object: " + e.getMessage() + ".");
        }
    }
}
