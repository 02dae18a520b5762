package dev.sluice.signaling.session;

import dev.sluice.signaling.access.AccessControl.Role;
import dev.sluice.signaling.access.Caller;
import java.time.Instant;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A right that {@link Admission} gave, with the places it takes, renewed while its session runs. It knows nothing of the token that
 * it was given for. Safe for many threads.
 */
public final class Grant implements AutoCloseable {
    private final String id;
    private final Role role;
    private final String stream;
    private final Caller caller;
    private final AtomicInteger questions;
    private final AtomicBoolean checking = new AtomicBoolean();
    private final AtomicBoolean anew = new AtomicBoolean();
    private final AtomicBoolean owedAnew = new AtomicBoolean();
    private final AtomicBoolean closed = new AtomicBoolean();
    private volatile Rights rights = Rights.ANYBODY;
    private volatile long edition;
    private volatile Runnable onClose = () -> {};

    Grant(Role role, String stream, Caller caller) {
        this(role, stream, caller, UUID.randomUUID().toString(), new AtomicInteger());
    }

    private Grant(Role role, String stream, Caller caller, String id, AtomicInteger questions) {
        this.role = role;
        this.stream = stream;
        this.caller = caller;
        this.id = id;
        this.questions = questions;
    }

    /** Another one, by which a hook knows the same session. */
    Grant again(Caller next) {
        return new Grant(role, stream, next, id, questions);
    }

    /** For a session that nothing was asked of. */
    static Grant anybody(Role role, String stream, Caller caller) {
        return new Grant(role, stream, caller);
    }

    /** What hooks know the session by; it opens nothing. */
    public String id() {
        return id;
    }

    public Rights rights() {
        return rights;
    }

    Role role() {
        return role;
    }

    String stream() {
        return stream;
    }

    public Caller caller() {
        return caller;
    }

    /** @param release gives back the places it takes */
    void begin(Runnable release) {
        onClose = release;
    }

    /** @param of the configuration by which that was decided */
    void renew(Rights given, long of) {
        rights = given;
        edition = of;
    }

    /** Whether it has to be decided again. */
    boolean isDue(Instant now, long current) {
        return anew.get() || edition != current || !now.isBefore(rights.until());
    }

    /** It has to be decided again even if what a hook said still holds. */
    void askAnew() {
        anew.set(true);
    }

    /** It could not be: wanted still when it is due again. */
    void oweAnew() {
        owedAnew.set(true);
    }

    /** Whether that was wanted; it is done now. */
    boolean takeAnew() {
        boolean owed = owedAnew.getAndSet(false);
        return anew.getAndSet(false) || owed;
    }

    boolean isClosed() {
        return closed.get();
    }

    /** How often a hook was asked. */
    int questions() {
        return questions.get();
    }

    void onAsked() {
        questions.incrementAndGet();
    }

    /** Whether the caller is the one who checks it; {@link #endCheck} lets others. */
    boolean beginCheck() {
        return checking.compareAndSet(false, true);
    }

    void endCheck() {
        checking.set(false);
    }

    /** Gives its places back. Idempotent. */
    @Override
    public void close() {
        if (closed.compareAndSet(false, true)) {
            onClose.run();
        }
    }
}
