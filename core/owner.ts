import type { App } from './app.ts';
import { type engineKinds, keys, readChangedId, readDue, readSubscriber, rowsOfFeatures } from './keys.ts';
import type { Key, Row } from './ports.ts';

/** Whose data is meant: that of a whole tenant, or of one of its users. */
export interface DataOf {
  readonly tenant: string;
  readonly userId?: string;
}

/**
 * Whose a row is.
 * - `theirs`: of whom is meant.
 * - `others`: of another tenant, or of the tenant but not of its user.
 * - `nobodys`: tells of no tenant and no user.
 * - `unknown`: no rule knows it.
 * - `revocation`: of the user who is meant, and keeps tokens void.
 * - `follows`: whose the row under this key is.
 */
export type Owner = 'theirs' | 'others' | 'nobodys' | 'unknown' | 'revocation' | { readonly follows: Key };

/** What rows of one kind are called: the first part of their partition. */
export const kindOfRow = ({ pk }: Pick<Key, 'pk'>): string => pk.split('#', 1)[0] ?? '';

/** A row that is to be judged, with the parts of its partition after its kind. */
interface Found extends DataOf {
  readonly app: Pick<App, 'kinds' | 'work'>;
  readonly row: Row;
  readonly parts: readonly string[];
}

const theirs = (is: boolean): Owner => (is ? 'theirs' : 'others');

/** Of rows that name who they are of. */
const ofWhom = ({ tenant, userId }: Found, itsTenant: unknown, itsUser?: unknown): Owner =>
  theirs(itsTenant === tenant && (userId === undefined || itsUser === userId));

const ofUserInKey = (found: Found): Owner => ofWhom(found, found.parts[0], found.parts[1]);

/** Of rows of a topic: they are a user's where the topic is, or where the user is the subscriber. */
function ofTopic(
  { app, tenant, userId, parts }: Found,
  kind: string,
  id: string,
  subscriber?: string,
): Owner {
  if (parts[0] !== tenant) return 'others';
  if (userId === undefined || userId === subscriber) return 'theirs';
  return theirs(app.kinds.get(kind)?.isOfUser?.(userId, id) ?? false);
}

function ofTopicInKey(found: Found, subscriber?: string): Owner {
  const [, topic = ''] = found.parts;
  const colon = topic.indexOf(':');
  return ofTopic(found, topic.slice(0, colon), topic.slice(colon + 1), subscriber);
}

/** The rows of the engine, by kind: `core/keys.ts` has their formats. */
const ofTheEngine: Readonly<Record<(typeof engineKinds)[number], (found: Found) => Owner>> = {
  HEAD: (found) => ofTopic(found, found.parts[1] ?? '', decodeURIComponent(found.row.sk)),
  LOG: (found) => ofTopicInKey(found),
  CHANGES: (found) => ofTopic(found, found.parts[1] ?? '', readChangedId(found.row.sk)),
  PRESENCE: (found) => ofTopicInKey(found),
  WAIT: (found) => ofTopicInKey(found, found.row.userId as string | undefined),
  WINDOW: (found) => ofTopicInKey(found, found.row.userId as string | undefined),
  SUBS: (found) => ofTopicInKey(found, readSubscriber(found.row.sk).userId),
  REF: ofUserInKey,
  RATE: ofUserInKey,
  USER(found) {
    const { tenant, userId, row } = found;
    const isRevocation = userId !== undefined && row.sk === keys.revoked(tenant, userId).sk;
    const owner = ofUserInKey(found);
    return isRevocation && owner === 'theirs' ? 'revocation' : owner;
  },
  // Without a tenant it is what a connection left that ended before it began.
  CONN: (found) =>
    found.row.tenant === undefined ? 'nobodys' : ofWhom(found, found.row.tenant, found.row.userId),
  TICKET(found) {
    const { tenant, userId } = (found.row.principal ?? {}) as Partial<DataOf>;
    return tenant === undefined ? 'unknown' : ofWhom(found, tenant, userId);
  },
  EXPIRY: ({ row }) => ({ follows: keys.connection(readDue(row.sk)[0] ?? '') }),
  WATCH({ app, row, tenant, userId }) {
    const [work = '', itsTenant = '', id = ''] = readDue(row.sk);
    if (itsTenant !== tenant || userId === undefined) return theirs(itsTenant === tenant);
    const rules = app.work.get(work);
    return rules ? { follows: rules.key(tenant, id) } : 'unknown';
  },
  FANOUT: () => 'nobodys',
  REAPER: () => 'nobodys',
};

const isOfTheEngine = (kind: string): kind is keyof typeof ofTheEngine => Object.hasOwn(ofTheEngine, kind);

/** A tenant's rows are known by their key, also those of a feature that is no longer in the app. */
function ofAFeature(kind: string, found: Found): Owner {
  const { tenant, userId, row } = found;
  const [itsTenant, ...ids] = found.parts;
  if (itsTenant === undefined || !/^[A-Z]+$/.test(kind)) return 'unknown';
  if (itsTenant !== tenant || userId === undefined) return theirs(itsTenant === tenant);
  const rows = rowsOfFeatures.get(kind);
  return rows ? theirs(rows.isOfUser(userId, ids, row)) : 'unknown';
}

/** Judges whose rows are, among those of a table that features of this app, and former ones, have written. */
export function ownerOf(app: Pick<App, 'kinds' | 'work'>, of: DataOf): (row: Row) => Owner {
  return (row) => {
    const [kind = '', ...encoded] = row.pk.split('#');
    try {
      const found = { ...of, app, row, parts: encoded.map(decodeURIComponent) };
      return isOfTheEngine(kind) ? ofTheEngine[kind](found) : ofAFeature(kind, found);
    } catch (error) {
      // A key that is not percent-encoded was not made by this engine.
      if (error instanceof URIError) return 'unknown';
      throw error;
    }
  };
}

/** The attributes by which rows are judged, beside their keys. */
export function ownerAttributes(): readonly string[] {
  const ofFeatures = [...rowsOfFeatures.values()].flatMap(({ reads = [] }) => reads);
  return [...new Set(['tenant', 'userId', 'principal', 'at', ...ofFeatures])];
}

/** The kinds that other rows follow. They go last, so that what follows them is still known if it ends in between. */
export function followedKinds({ work }: Pick<App, 'work'>): ReadonlySet<string> {
  const ofWork = [...work.values()].map((rules) => kindOfRow(rules.key('t', 'i')));
  return new Set([kindOfRow(keys.connection('c')), ...ofWork]);
}
