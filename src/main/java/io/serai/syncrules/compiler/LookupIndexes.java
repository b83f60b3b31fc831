package io.serai.syncrules.compiler;

import io.serai.syncrules.evaluator.Expression;
import io.serai.syncrules.evaluator.LookupPlan;
import io.serai.syncrules.evaluator.RowMatch;
import io.serai.syncrules.evaluator.SourceTables;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The indexes of one stream; equal ones exist once. Confined to one thread. */
final class LookupIndexes {
    private final String stream;
    private final LookupPlan.Required requires;
    private final Map<Content, LookupPlan> plans = new LinkedHashMap<>();

    LookupIndexes(String stream, LookupPlan.Required requires) {
        this.stream = stream;
        this.requires = requires;
    }

    private record Content(SourceTables tables, RowMatch match, List<Expression> outputs) {}

    /** The index with these contents. */
    LookupPlan index(SourceTables tables, RowMatch match, List<Expression> outputs) {
        return plans.computeIfAbsent(new Content(tables, match, List.copyOf(outputs)), content -> {
            List<LookupPlan.Output> named = new ArrayList<>();
            for (Expression output : outputs) {
                named.add(new LookupPlan.Output(String.valueOf(named.size()), output));
            }
            String index = String.valueOf(plans.size());
            return new LookupPlan(stream, index, stream + ", lookup " + index, tables, match, named, requires);
        });
    }

    List<LookupPlan> plans() {
        return List.copyOf(plans.values());
    }
}
