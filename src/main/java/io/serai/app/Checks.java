package io.serai.app;

import io.serai.app.admin.Inspection;
import io.serai.config.Connection;
import io.serai.config.ServiceConfig;
import io.serai.error.ErrorCode;
import io.serai.error.SeraiException;
import io.serai.source.Finding;
import io.serai.source.Finding.Severity;
import io.serai.source.RulesSelection;
import io.serai.source.SourceDatabase;
import java.io.IOException;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/** Compares each source's database with what replication needs, as each start does. */
public final class Checks {
    private Checks() {}

    /**
     * What was found for one source. Immutable.
     *
     * @param server what the server is, in words; empty when it could not be asked
     */
    public record Checked(String source, String server, List<Finding> findings) {
        /** Copies the list. */
        public Checked {
            findings = List.copyOf(findings);
        }

        /** Whether something would stop the start. */
        public boolean hasErrors() {
            return findings.stream().anyMatch(finding -> finding.severity() == Severity.ERROR);
        }
    }

    /** Checks all sources; one that cannot be reached is a finding. */
    public static List<Checked> run(Configuration configuration) throws IOException, InterruptedException {
        String storageId = storageId(configuration.service());
        List<Checked> checked = new ArrayList<>();
        for (Connection connection : configuration.service().connections()) {
            try (SourceDatabase database = Databases.open(connection, storageId)) {
                List<Finding> findings = findings(configuration, connection, database);
                checked.add(new Checked(connection.id(), database.server(), findings));
            }
        }
        return checked;
    }

    private static List<Finding> findings(Configuration configuration, Connection connection, SourceDatabase database)
            throws InterruptedException {
        try {
            return database.check(
                    new RulesSelection(configuration.rules(), connection.tag(), database.defaultSchema()));
        } catch (SQLException | SeraiException e) {
            SeraiException explained = e instanceof SeraiException known ? known : database.explain(e);
            return List.of(new Finding(explained.code(), Severity.ERROR, explained.found(), "", explained.remedy()));
        }
    }

    /** The id of the storage, which the slot's name holds; empty before the first run. */
    private static String storageId(ServiceConfig service) throws IOException, InterruptedException {
        try (Inspection storage = Inspections.open(service)) {
            return storage.storageId();
        } catch (SeraiException e) {
            if (e.code() == ErrorCode.STORAGE_NOT_FOUND) {
                return "";
            }
            throw e;
        }
    }
}
