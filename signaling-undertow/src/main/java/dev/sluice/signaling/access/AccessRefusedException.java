package dev.sluice.signaling.access;

/** Somebody may not publish or play. */
public final class AccessRefusedException extends Exception {
    private static final long serialVersionUID = 1L;

    private final transient Problem problem;
    private final boolean undecided;

    private AccessRefusedException(Problem problem, boolean undecided) {
        super(problem.title());
        this.problem = problem;
        this.undecided = undecided;
    }

    public static AccessRefusedException of(Problem problem) {
        return new AccessRefusedException(problem, false);
    }

    /** Who would have to decide did not answer. */
    public static AccessRefusedException undecided(Problem problem) {
        return new AccessRefusedException(problem, true);
    }

    public Problem problem() {
        return problem;
    }

    public boolean isUndecided() {
        return undecided;
    }
}
