import { idPattern, ProtocolError } from '@tidings/protocol';
import type { ClientState } from '../../features/engagement/clientState.ts';
import type { CaughtUp } from '../connections/subscribe.ts';
import { keys } from '../keys.ts';
import type { Row } from '../ports.ts';
import type { Runtime } from '../runtime.ts';
import { type AnswerRoom, rowsThatFit, weightOf } from './answerRoom.ts';
import { toHead } from './heads.ts';
import type { Standing } from './sync.ts';

/** Commits of many clients are in no common order, so who asks for what changed gets this much more. */
const marginMs = 60_000;
/** What an answer needs around the list. */
const envelopeBytes = 1_000;

/**
 * Where every client of a tenant stands, one page at a time: all their heads are one partition.
 *
 * @throws ProtocolError `validation_failed` for a cursor that is none.
 */
export async function clientsSnapshot(
  runtime: Runtime,
  tenant: string,
  since: number | undefined,
  cursor: string | undefined,
  room: AnswerRoom,
): Promise<CaughtUp> {
  const at = runtime.clock.now();
  const clients: object[] = [];
  let last = cursor === undefined ? undefined : clientIdOf(cursor);
  room.answerBytes -= envelopeBytes;
  for await (const row of headsOfClients(runtime, tenant, last, room)) {
    if (hasChanged(row, since)) {
      const entry = entryOf(row);
      const bytes = Buffer.byteLength(JSON.stringify(entry)) + 1;
      if (bytes > room.answerBytes && clients.length > 0) {
        return { at, recovered: false, snapshot: { clients, cursor: last } };
      }
      clients.push(entry);
      room.answerBytes -= bytes;
    }
    last = row.sk;
  }
  const isCut = room.readBytes <= 0;
  return { at, recovered: false, snapshot: { clients, ...(isCut && { cursor: last }) } };
}

function entryOf(row: Row): object {
  const { epoch, seq, state, updatedAt } = toHead(row);
  const { engagement, totals } = state as unknown as ClientState;
  return { clientId: row.sk, epoch, seq, engagement, totals, updatedAt };
}

function clientIdOf(cursor: string): string {
  if (idPattern.test(cursor)) return cursor;
  const message = 'must come from the page before';
  throw new ProtocolError('validation_failed', `payload.cursor: ${message}`, {
    details: [{ path: 'payload.cursor', message }],
  });
}

/**
 * The client topics that changed since a time, by their wire names: for `sync`. When they do not fit in a frame, or
 * there are too many clients to look at all of them, `client:*` itself is named: subscribing to it brings them in pages.
 */
export async function changedClients(
  runtime: Runtime,
  tenant: string,
  since: number,
  room: AnswerRoom,
): Promise<Record<string, Standing>> {
  const changed: Record<string, Standing> = {};
  room.answerBytes -= envelopeBytes;
  const isCut = () => room.answerBytes <= 0 || room.readBytes <= 0;
  for await (const row of headsOfClients(runtime, tenant, undefined, room)) {
    if (!hasChanged(row, since)) continue;
    const { epoch, seq } = toHead(row);
    room.answerBytes -= row.sk.length + epoch.length + 50;
    if (isCut()) break;
    changed[`client:${row.sk}`] = { epoch, seq };
  }
  return isCut() ? { ...changed, 'client:*': { epoch: null, seq: 0 } } : changed;
}

/** A head that was only made for a subscriber says nothing of a client. */
const hasChanged = ({ seq, updatedAt }: Row, since = 0) =>
  (seq as number) > 0 && (updatedAt as number) >= since - marginMs;

function headsOfClients({ table }: Runtime, tenant: string, after: string | undefined, room: AnswerRoom) {
  const { pk } = keys.head(tenant, { kind: 'client', id: '-' });
  return rowsThatFit(table, { pk, ...(after !== undefined && { after }) }, room, ({ state }) =>
    weightOf(state),
  );
}
