package dev.sluice.signaling.admin;

/**
 * What a request is answered with. Immutable.
 *
 * @param body for {@link dev.sluice.signaling.json.Json}, a text when it is JSON already, a {@link Download}, null for none
 */
record Answer(int status, Object body) {
    static final Answer DONE = new Answer(204, null);

    static Answer of(Object body) {
        return new Answer(200, body);
    }
}
