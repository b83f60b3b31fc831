package io.serai.source.debezium;

import io.serai.error.ErrorCode;
import io.serai.error.SeraiException;
import java.util.Map;
import org.apache.camel.CamelContext;
import org.apache.camel.Endpoint;
import org.apache.camel.support.DefaultComponent;

/** Stands where a component of Camel's would, if its jar were there, and says which jar to add. */
final class MissingComponent extends DefaultComponent {
    private static final Map<String, String> COMPONENTS = Map.of(
            "debezium-postgres", "org.apache.camel.component.debezium.postgres.DebeziumPostgresComponent",
            "debezium-mysql", "org.apache.camel.component.debezium.mysql.DebeziumMySqlComponent");
    /** Debezium's connector names it, and does not bring it. */
    private static final String MYSQL_DRIVER = "com.mysql.cj.jdbc.Driver";

    private final String scheme;

    private MissingComponent(String scheme, CamelContext context) {
        super(context);
        this.scheme = scheme;
    }

    /** Takes the place of those components whose classes are not to be had. */
    static void bind(CamelContext context) {
        COMPONENTS.forEach((scheme, type) -> {
            if (context.getClassResolver().resolveClass(type) == null
                    && context.getRegistry().lookupByName(scheme) == null) {
                context.getRegistry().bind(scheme, new MissingComponent(scheme, context));
            }
        });
    }

    /** @throws SeraiException when MySQL's own driver cannot be had */
    static void requireMysqlDriver(String endpoint, CamelContext context) {
        if (context.getClassResolver().resolveClass(MYSQL_DRIVER) == null) {
            throw new SeraiException(
                    ErrorCode.DEBEZIUM_MISSING,
                    "Debezium's connector for MySQL needs MySQL's own driver, which is not on the class path",
                    "endpoint debezium-mysql:" + endpoint,
                    "Add com.mysql:mysql-connector-j:9.1.0 (docs/debezium.md lists the jars).");
        }
    }

    @Override
    protected Endpoint createEndpoint(String uri, String remaining, Map<String, Object> parameters) {
        throw new SeraiException(
                ErrorCode.DEBEZIUM_MISSING,
                "Camel's component " + scheme + " is not on the class path",
                "endpoint " + scheme + ":" + remaining,
                "Add org.apache.camel:camel-" + scheme + ":" + getCamelContext().getVersion()
                        + " with what it needs (docs/debezium.md lists the jars).");
    }
}
