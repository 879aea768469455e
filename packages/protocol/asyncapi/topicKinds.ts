import { idPattern } from '../src/topics.ts';
import type { JsonSchema } from './jsonSchema.ts';

/** A kind of topic, for people and for programs that read the contract. */
export interface TopicDocument {
  /** As the wire names it, with what varies in angle brackets. */
  readonly address: string;
  /** The part in angle brackets, as a pattern. */
  readonly varies?: string;
  readonly example: string;
  readonly who: string;
  /** Who is joined to it on open, without asking; absent: it is subscribed to. */
  readonly feedOf?: string;
  readonly documentation: string;
  readonly snapshot?: string;
}

const id = idPattern.source.slice(1, -1);

/** Every kind of topic. */
export const topicDocuments: Readonly<Record<string, TopicDocument>> = {
  user: {
    address: 'user:me',
    example: 'user:me',
    who: 'its user',
    feedOf: 'everybody',
    documentation:
      'What concerns one user, on all devices. Kept longer than other topics: 7 days by default.',
    snapshot: '{unread}',
  },
  tenant: {
    address: 'tenant',
    example: 'tenant',
    who: 'every user of the tenant',
    feedOf: 'everybody',
    documentation: 'What concerns all users of the tenant.',
  },
  msp: {
    address: 'msp',
    example: 'msp',
    who: 'msp',
    feedOf: 'msp',
    documentation: "What concerns the provider's staff.",
  },
  client: {
    address: 'client:<id>',
    varies: id,
    example: 'client:acme',
    who: "the client's own users, msp",
    feedOf: "the client's own users",
    documentation: 'What happens with one client: interactions, its engagement, alerts.',
    snapshot: '{clientId, engagement, totals}',
  },
  clients: {
    address: 'client:*',
    example: 'client:*',
    who: 'msp',
    feedOf: 'msp',
    documentation:
      'The frames of every client topic of the tenant. It has no numbers of its own: each frame names its own topic, epoch and seq.',
    snapshot: '{clients: [{clientId, epoch, seq, engagement, totals, updatedAt}], cursor?}',
  },
  room: {
    address: 'room:<id>',
    varies: id,
    example: 'room:lobby',
    who: 'every user of the tenant',
    documentation: 'A place to talk in, and to see who else is there.',
  },
  queue: {
    address: 'queue:<YYYY-MM-DD>',
    varies: '\\d{4}-\\d{2}-\\d{2}',
    example: 'queue:2026-03-02',
    who: 'every user of the tenant',
    documentation: 'The appointments of one day, by doctor. The date must exist.',
    snapshot:
      '{date, doctors: [{doctorId, appointments: [{appointmentId, patientId, at, status, position}]}], cursor?}',
  },
  conversation: {
    address: 'conversation:<id>',
    varies: id,
    example: 'conversation:c-1',
    who: 'its owner',
    documentation: 'A conversation with the assistant. Who asks is joined to it.',
    snapshot: '{turns: [{role, text, streamId?, status?}], stream?}',
  },
};

const all: readonly TopicDocument[] = Object.values(topicDocuments);

/** The kind that an address belongs to, however a contract writes what varies in it. */
function documentOf(address: string): TopicDocument {
  const exact = all.find((one) => one.address === address);
  const kind = address.replace(/<.*$/, '');
  const found = exact ?? all.find((one) => one.varies !== undefined && one.address.startsWith(kind));
  if (!found) throw new Error(`no kind of topic is ${address}`);
  return found;
}

/** The schema of a `topic` that is one of these; without any named, of every kind. */
export function topicSchema(addresses: readonly string[], description: string): JsonSchema {
  const documents = addresses.map(documentOf);
  const [only] = documents;
  if (documents.length === 1 && only && only.varies === undefined) {
    return { type: 'string', const: only.address, description };
  }
  const patterns = documents.map(({ address, varies }) =>
    address.replaceAll('*', '\\*').replace(/<.*>/, () => varies ?? ''),
  );
  return { type: 'string', pattern: `^(${patterns.join('|')})$`, description };
}

/** A topic that one of the addresses stands for: the most telling one, if any may be named. */
export function topicExample(addresses: readonly string[]): string {
  const [first = ''] = addresses;
  return (addresses.length === all.length ? documentOf('client:<id>') : documentOf(first)).example;
}

/** What an action may name as its topic: every address, or that of its kind. */
export function addressesFor(topic: string): readonly string[] {
  if (topic === 'none') return [];
  if (topic === 'any') return all.map(({ address }) => address);
  const [found] = all.filter(({ address }) => address.startsWith(`${topic}:`));
  return found ? [found.address] : [];
}
