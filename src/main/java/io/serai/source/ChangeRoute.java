package io.serai.source;

/** Where each change of a source goes on its way to the storage: the user's route. Called by one thread for the stream, in log order, and by others for snapshot rows. */
public interface ChangeRoute {
    /**
     * Sends the change through the route and returns when it is through. What became of it is said on {@code change}: stored, incomplete or
     * diverted; none of these means filtered.
     *
     * @throws Exception when the change failed and nobody handled it; the source stops before the next change is stored (I6)
     */
    void route(RoutedChange change) throws Exception;
}
