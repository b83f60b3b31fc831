package io.serai.source.mongodb;

import com.mongodb.ServerAddress;
import com.mongodb.connection.ClusterDescription;
import com.mongodb.connection.ServerDescription;
import com.mongodb.selector.ServerSelector;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** Stays with one server while that can be had: a cursor that is read by commands lives on the router that opened it. Thread-safe. */
final class OneServer implements ServerSelector {
    private final AtomicReference<@Nullable ServerAddress> chosen = new AtomicReference<>();

    @Override
    public List<ServerDescription> select(ClusterDescription cluster) {
        List<ServerDescription> candidates = cluster.getServerDescriptions().stream()
                .filter(ServerDescription::isOk)
                .filter(server -> server.isPrimary() || server.isShardRouter() || server.isStandAlone())
                .toList();
        ServerAddress former = chosen.get();
        for (ServerDescription candidate : candidates) {
            if (candidate.getAddress().equals(former)) {
                return List.of(candidate);
            }
        }
        if (candidates.isEmpty()) {
            return candidates;
        }
        ServerDescription next = candidates.get(0);
        chosen.set(next.getAddress());
        return List.of(next);
    }
}
