// PowerSync's own client, driven by lines of JSON on standard input. Each command has an id and is answered by a line with that id; what happens by
// itself is a line with an event.
import { createInterface } from 'node:readline';
import { column, LogLevels, PowerSyncDatabase, Schema, Table } from '@powersync/node';

const options = JSON.parse(process.argv[2]);
const say = (line) => process.stdout.write(JSON.stringify(line) + '\n');
const tables = Object.fromEntries(
  Object.entries(options.tables).map(([name, columns]) => [
    name,
    new Table(Object.fromEntries(columns.map((each) => [each, column.text])))
  ])
);
const db = new PowerSyncDatabase({
  schema: new Schema(tables),
  database: { dbFilename: 'client.db', dbLocation: options.folder, implementation: { type: 'node:sqlite' } },
  logger: {
    log: ({ level, message, error }) => {
      if (level >= LogLevels.info) {
        say({ event: 'log', level, message: String(message), error: error === undefined ? '' : String(error) });
      }
    }
  }
});

let token = options.token;
let uploaded;
const connector = {
  fetchCredentials: async () => ({ endpoint: options.endpoint, token }),
  uploadData: async (database) => {
    const transaction = await database.getNextCrudTransaction();
    if (transaction) {
      const done = new Promise((resolve) => (uploaded = resolve));
      say({ event: 'upload', operations: transaction.crud.map((entry) => entry.toJSON()) });
      await done;
      await transaction.complete();
    }
  }
};

const commands = {
  connect: async ({ params, mode }) => {
    await db.connect(connector, {
      connectionMethod: 'http',
      params: params ?? {},
      retryDelayMs: 100,
      crudUploadThrottleMs: 10,
      ...(mode ? { checkpointMode: mode } : {})
    });
  },
  disconnect: () => db.disconnect(),
  token: ({ value }) => void (token = value),
  rows: ({ sql }) => db.getAll(sql),
  execute: async ({ sql }) => void (await db.execute(sql)),
  uploaded: () => void uploaded?.(),
  subscribe: async ({ stream, parameters, priority }) => {
    await db.syncStream(stream, parameters).subscribe(priority === undefined ? {} : { priority });
  },
  status: () => ({ connected: db.currentStatus.connected, hasSynced: db.currentStatus.hasSynced ?? false }),
  synced: async ({ priority }) => {
    await db.waitForFirstSync(priority === undefined ? undefined : { priority });
  }
};

say({ event: 'ready' });
for await (const line of createInterface({ input: process.stdin })) {
  const command = JSON.parse(line);
  Promise.resolve()
    .then(() => commands[command.op](command))
    .then((result) => say({ id: command.id, result: result ?? null }))
    .catch((error) => say({ id: command.id, error: String(error?.stack ?? error) }));
}
await db.close();
