package io.serai.app;

import io.serai.source.mongodb.MongoCaseValues;
import io.serai.source.mysql.MysqlCaseValues;
import io.serai.source.postgres.PostgresCaseValues;
import io.serai.syncrules.cases.CaseRunner;
import java.util.Map;

/** What runs cases of the sync rules, with the values of every source that this program has. */
public final class Cases {
    private Cases() {}

    /** A runner. */
    public static CaseRunner runner() {
        return new CaseRunner(Map.of(
                "postgres",
                new PostgresCaseValues(),
                "mongodb",
                new MongoCaseValues(),
                "mysql",
                new MysqlCaseValues()));
    }
}
