package io.serai.syncrules.evaluator;

import io.serai.change.Value;

/** What the names in an expression stand for while it is evaluated. Confined to one thread. */
public interface Scope {
    /** A column of the current row; NULL when the row lacks it. */
    Value column(Expression.Column column);

    /** A part of the current element of a {@code json_each}. */
    Value element(Expression.Element element);

    /** A property of the current row's table. */
    Value table(Expression.TableProperty property);

    /** A value of the client's request. */
    Value request(Expression.Request request);

    /** A value that a lookup has found. */
    Value found(Expression.Found found);
}
