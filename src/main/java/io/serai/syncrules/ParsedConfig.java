package io.serai.syncrules;

import java.util.List;
import java.util.Optional;

/**
 * What became of a sync config's text. Immutable.
 *
 * @param issues all that was found, in the order of the text
 * @param rules the rules; empty exactly when an issue is an error
 */
public record ParsedConfig(List<RuleIssue> issues, Optional<SyncRules> rules) {
    /** Copies the list. */
    public ParsedConfig {
        issues = List.copyOf(issues);
        boolean valid = issues.stream().noneMatch(issue -> issue.level() == RuleIssue.Level.ERROR);
        if (valid != rules.isPresent()) {
            throw new IllegalArgumentException("rules exist exactly when no issue is an error");
        }
    }
}
