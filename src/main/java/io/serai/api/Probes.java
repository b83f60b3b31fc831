package io.serai.api;

import io.serai.change.Json;
import io.vertx.core.Handler;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.function.Supplier;
import org.apache.camel.CamelContext;
import org.apache.camel.health.HealthCheck;
import org.apache.camel.health.HealthCheckHelper;

/**
 * {@code /probes/startup}, {@code /probes/liveness} and {@code /probes/readiness} as PowerSync's service has them: 200 or 400, and a JSON object.
 * What is wrong is in its member {@code problems}; what is doubtful and keeps nothing from being ready, in {@code warnings}.
 */
final class Probes {
    private static final int WELL = 200;
    private static final int NOT_WELL = 400;
    /** Camel leaves out checks that are up otherwise. */
    private static final String ALL = "full";

    private Probes() {}

    static void serve(CamelContext context, Router router) {
        router.get("/probes/startup").handler(probe(context, List::of));
        router.get("/probes/liveness").handler(probe(context, () -> HealthCheckHelper.invokeLiveness(context)));
        router.get("/probes/readiness").handler(probe(context, () -> HealthCheckHelper.invokeReadiness(context, ALL)));
    }

    /** Checks may ask a database, so they run outside the event loop. */
    private static Handler<RoutingContext> probe(
            CamelContext context, Supplier<Collection<HealthCheck.Result>> checks) {
        return request -> request.vertx()
                .executeBlocking(() -> answer(context, checks.get()), false)
                .onSuccess(answer -> request.response()
                        .setStatusCode(answer.status())
                        .putHeader("Content-Type", "application/json")
                        .end(answer.body()))
                .onFailure(request::fail);
    }

    private static Answer answer(CamelContext context, Collection<HealthCheck.Result> results) {
        boolean isStarted = context.getStatus().isStarted();
        List<HealthCheck.Result> down = results.stream()
                .filter(result -> result.getState() == HealthCheck.State.DOWN)
                .toList();
        List<HealthCheck.Result> warnings = results.stream()
                .filter(result -> result.getState() == HealthCheck.State.UP
                        && result.getDetails().containsKey(SourceReadiness.CODE))
                .toList();
        boolean isReady = isStarted && down.isEmpty();
        Json body = Json.object(
                "data",
                Json.object(
                        "started",
                        Json.flag(isStarted),
                        "ready",
                        Json.flag(isReady),
                        "touched_at",
                        new Json.Text(Instant.now().toString()),
                        "problems",
                        new Json.Array(down.stream().map(Probes::problem).toList()),
                        "warnings",
                        new Json.Array(warnings.stream().map(Probes::problem).toList())));
        return new Answer(isReady ? WELL : NOT_WELL, body.text());
    }

    private static Json problem(HealthCheck.Result result) {
        Object code = result.getDetails().get(SourceReadiness.CODE);
        String message = result.getMessage().orElse("");
        return Json.object(
                "check",
                new Json.Text(result.getCheck().getId()),
                "code",
                code == null ? Json.Literal.NULL : new Json.Text(code.toString()),
                "message",
                new Json.Text(message));
    }

    private record Answer(int status, String body) {}
}
