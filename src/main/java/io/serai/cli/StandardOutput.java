package io.serai.cli;

import java.io.BufferedOutputStream;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;

/**
 * Standard output for large results, as bytes. When whoever reads it goes away ({@code serai dump | head}), a write throws {@link Closed}, which ends
 * the command in silence. Confined to one thread.
 */
final class StandardOutput extends OutputStream {
    private static final int BUFFER = 1 << 16;

    private final OutputStream out = new BufferedOutputStream(new FileOutputStream(FileDescriptor.out), BUFFER);

    @Override
    public void write(int b) {
        run(() -> out.write(b));
    }

    @Override
    public void write(byte[] bytes, int offset, int length) {
        run(() -> out.write(bytes, offset, length));
    }

    @Override
    public void flush() {
        run(out::flush);
    }

    private static void run(Write write) {
        try {
            write.run();
        } catch (IOException e) {
            throw new Closed(e);
        }
    }

    private interface Write {
        void run() throws IOException;
    }

    /** Nobody reads the output any more. */
    static final class Closed extends RuntimeException {
        private static final long serialVersionUID = 1L;

        private Closed(IOException cause) {
            super(cause);
        }
    }
}
