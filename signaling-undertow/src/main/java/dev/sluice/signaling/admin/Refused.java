package dev.sluice.signaling.admin;

import dev.sluice.signaling.access.Problem;

/** A request that is not done, with what its caller is told. */
final class Refused extends Exception {
    private static final long serialVersionUID = 1L;

    private final transient Problem problem;

    Refused(Problem problem) {
        super(problem.title(), null, false, false);
        this.problem = problem;
    }

    Problem problem() {
        return problem;
    }

    /** A field or a parameter is wrong. */
    static Refused wrong(String title) {
        return new Refused(new Problem(422, 4400, "bad_message", title, 0));
    }

    static Refused notFound(String title) {
        return new Refused(Problem.notFound(title));
    }

    static Refused conflict(String code, String title) {
        return new Refused(new Problem(409, 4400, code, title, 0));
    }

    /** The disk is full, read-only or gone. */
    static Refused noFile(String reason) {
        return new Refused(new Problem(507, 4400, "no_file", "The recording's file cannot be made: " + reason, 0));
    }

    /** The disk is full, read-only or gone. */
    static Refused notSaved(String reason) {
        return new Refused(new Problem(
                507, 4400, "not_saved", "The streams file cannot be written, so nothing has changed: " + reason, 0));
    }
}
