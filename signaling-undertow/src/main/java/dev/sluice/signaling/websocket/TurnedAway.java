package dev.sluice.signaling.websocket;

import dev.sluice.engine.SessionEnd;
import dev.sluice.signaling.access.AccessControl.Role;
import dev.sluice.signaling.access.Caller;
import dev.sluice.signaling.access.Problem;
import dev.sluice.signaling.config.OtherServer;
import java.util.Map;

/**
 * A newcomer while the server drains: is told where to go. Browsers follow no redirect of an upgrade, so it is taken first. Called in
 * order by its socket, never twice at a time.
 */
final class TurnedAway implements SocketHandler {
    private final SocketContext context;
    private final SignallingSocket socket;
    private final Role role;
    private final String stream;
    private final Caller caller;
    private final OtherServer to;

    TurnedAway(
            SocketContext context, SignallingSocket socket, Role role, String stream, Caller caller, OtherServer to) {
        this.context = context;
        this.socket = socket;
        this.role = role;
        this.stream = stream;
        this.caller = caller;
        this.to = to;
    }

    @Override
    public void onOpen() {
        Problem problem = context.admission().checkDeclared(stream);
        boolean there = problem == null;
        problem = there ? Problem.draining() : problem;
        context.admission().refuse(role, stream, caller, problem);
        if (there) {
            socket.send(Problem.reconnect(to.stream(stream)));
        }
        socket.close(problem);
    }

    @Override
    public void onMessage(String type, Map<String, Object> message) {}

    @Override
    public boolean hasSession() {
        return false;
    }

    @Override
    public void onClosed(SessionEnd end) {}
}
