package io.serai.storage;

/** Is told what each checkpoint shows anew. */
@FunctionalInterface
public interface ChangeListener {
    /** Called on the committing thread, in the order of the checkpoints: return at once. */
    void changed(Checkpoint checkpoint, ChangedTopics changes);
}
