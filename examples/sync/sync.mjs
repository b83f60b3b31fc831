#!/usr/bin/env node
// Syncs with PowerSync's own client, unchanged, and prints each row as it comes, changes and goes:
//
//   node sync.mjs http://localhost:8080 TOKEN
//
// The token is one that `client_auth` in service.yaml accepts; `serai demo` prints one. No tables are declared, so the client keeps all rows as JSON.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createConsoleLogger, LogLevels, PowerSyncDatabase, Schema } from '@powersync/node';

const [endpoint, token] = process.argv.slice(2);
if (!endpoint || !token) {
  console.error('node sync.mjs URL TOKEN');
  process.exit(2);
}

const folder = mkdtempSync(join(tmpdir(), 'serai-sync-'));
const db = new PowerSyncDatabase({
  schema: new Schema([]),
  database: { dbFilename: 'rows.db', dbLocation: folder, implementation: { type: 'node:sqlite' } },
  logger: createConsoleLogger({ minLevel: LogLevels.warn })
});

let shown = new Map();
async function show() {
  const rows = new Map(
    (await db.getAll('SELECT type, id, data FROM ps_untyped')).map(({ type, id, data }) => [`${type} ${id}`, data])
  );
  const isFirst = shown.size === 0;
  if (isFirst) {
    console.log(`${rows.size} rows`);
  }
  for (const [key, data] of isFirst ? [] : rows) {
    if (shown.get(key) !== data) {
      console.log(shown.has(key) ? '~' : '+', key, data);
    }
  }
  for (const key of shown.keys()) {
    if (!rows.has(key)) {
      console.log('-', key);
    }
  }
  shown = rows;
}

async function stop() {
  await db.close();
  rmSync(folder, { recursive: true, force: true });
  process.exit(0);
}
process.on('SIGINT', stop);
process.on('SIGTERM', stop);

await db.connect(
  { fetchCredentials: async () => ({ endpoint, token }), uploadData: async () => {} },
  { connectionMethod: 'http' }
);
await db.waitForFirstSync();
let last = Promise.resolve();
db.registerListener({ statusChanged: () => (last = last.then(show)) });
await (last = last.then(show));
