package io.serai.app;

import io.serai.api.auth.Authenticator;
import io.serai.api.sync.SyncApi;
import io.serai.api.sync.SyncLimits;
import io.serai.config.ApiConfig;
import io.serai.config.Connection;
import io.serai.config.ServiceConfig;
import io.serai.source.LiveRules;
import io.serai.source.Replications;
import io.serai.storage.BucketStorage;
import java.time.Clock;

/** Makes the sync API as service.yaml describes it. */
final class SyncApis {
    private SyncApis() {}

    static SyncApi of(
            ServiceConfig service,
            Authenticator authenticator,
            LiveRules rules,
            BucketStorage storage,
            Replications replications,
            Clock clock) {
        return new SyncApi(
                authenticator,
                rules,
                storage,
                service.connections().stream().map(Connection::id).toList(),
                replications,
                limits(service.api()),
                clock);
    }

    private static SyncLimits limits(ApiConfig api) {
        return new SyncLimits(
                api.maxBuckets(),
                api.maxParameterResults(),
                api.maxUserConnections(),
                SyncLimits.DEFAULT.bodyBytes(),
                SyncLimits.DEFAULT.keepalive(),
                SyncLimits.DEFAULT.patience());
    }
}
