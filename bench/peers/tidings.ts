import { openSockets } from '../../adapters/apigateway/connect.ts';
import { systemClock } from '../../adapters/system.ts';
import { endConnection } from '../../core/connections/endConnection.ts';
import { type DeliveryWork, deliverWork } from '../../core/delivery/deliverWork.ts';
import { awsSettings } from '../awsSettings.ts';
import { ask, engineRuntime, open, tableName } from '../engineRuntime.ts';
import { drive, places, tableOf } from './driver.ts';

/** The engine with the adapters that are deployed; its queue is handed on at once, as SQS does. */
const { database, posts } = places();
/** A connection of the first minute is not given up as gone, so time has gone by when they are published to. */
const agedMs = 61_000;
let aheadMs = 0;
const clock = { ...systemClock, now: () => Date.now() + aheadMs };
const sockets = openSockets({ ...awsSettings, endpoint: posts });
const { runtime, queue } = engineRuntime({ database, sockets, clock });
let sender = '';

await drive({
  tables: [tableOf(tableName, 'pk', 'sk')],
  /** Its client's topic is one of the feeds that a connection joins by itself. */
  async subscribe(connectionId) {
    sender ||= connectionId;
    await open(runtime, connectionId, { roles: ['client'], clients: ['acme'] });
  },
  async publish() {
    aheadMs = agedMs;
    const payload = { clientId: 'acme', kind: 'bench' };
    await ask(runtime, sender, { action: 'interaction.record', payload });
    for (let due = queue.receive(); due.length > 0; due = queue.receive()) {
      for (const { body, done } of due) {
        await deliverWork(runtime, body as unknown as DeliveryWork);
        done();
      }
    }
  },
  disconnect: async (connectionId) =>
    void (await endConnection(runtime, connectionId, { socket: 'gone', force: true })),
});
