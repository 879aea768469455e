import type { Random } from '../../../core/ports.ts';

/**
 * Somebody with devices. Tenants share the names of clients and of most users, so that a mix-up shows; and each has
 * a user whom the other lacks, whose name tells where a frame without any other mark belongs.
 */
export interface Person {
  readonly tenant: string;
  readonly user: string;
  readonly roles: readonly string[];
  readonly clients: readonly string[];
}

export const tenants = ['north', 'south'];
export const clientIds = ['c1', 'c2', 'c3'];
export const roomIds = ['r1', 'r2', 'r3'];
export const queueDates = ['2023-11-15', '2023-11-16'];
/** Channels of both kinds have the names of clients. */
export const channelNames = ['orders', 'news'].flatMap((kind) => clientIds.map((id) => `${kind}:${id}`));
/** All channels of a kind as one. */
export const allChannels = ['orders:*', 'news:*'];

const shared: readonly Omit<Person, 'tenant'>[] = [
  { user: 'ada', roles: ['msp'], clients: [] },
  { user: 'bob', roles: ['client'], clients: ['c1', 'c2'] },
  { user: 'cyd', roles: ['msp', 'client'], clients: ['c3'] },
  { user: 'dan', roles: ['client'], clients: ['c2'] },
];
const admin = { roles: ['admin'], clients: [] };
const people: readonly Person[] = [
  { own: 'nia', tenant: 'north' },
  { own: 'sol', tenant: 'south' },
].flatMap(({ own, tenant }) => [...shared, { ...admin, user: own }].map((one) => ({ ...one, tenant })));

/** Of both tenants: whoever writes to a name that its tenant lacks is heard by nobody. */
export const userNames = [...new Set(people.map(({ user }) => user))];

/** Who means harm, where there is somebody. */
export const spiteful: Omit<Person, 'tenant'> = { user: 'eve', roles: ['client'], clients: ['c3'] };

/** Two machines of each tenant, which act by HTTP: one publishes, the other revokes users. */
export const machines: readonly Person[] = tenants.flatMap((tenant) => [
  { tenant, user: 'machine', roles: ['service'], clients: [] },
  { tenant, user: 'warden', roles: ['admin'], clients: [] },
]);

/** Deals devices out to people, so that with more than ten of them users have several. */
export function personOf(device: number): Person {
  return people[device % people.length] as Person;
}

/** What a new token says: now and then somebody gained or lost a client, or lost the staff's role. */
export function rightsNow({ fraction }: Pick<Random, 'fraction'>, person: Person): Person {
  const chance = fraction();
  if (chance > 0.2) return person;
  if (person.roles.includes('client')) {
    const clients = clientIds.filter(() => fraction() < 0.6);
    return { ...person, clients };
  }
  return isStaff(person) && chance < 0.05 ? { ...person, roles: ['admin'] } : person;
}

export const isStaff = ({ roles }: Pick<Person, 'roles'>) => roles.includes('msp');

/** The topics that a connection follows without asking. */
export function feedsOf({ roles, clients }: Pick<Person, 'roles' | 'clients'>): string[] {
  return [
    'user:me',
    'tenant',
    ...(roles.includes('msp') ? ['msp', 'client:*'] : []),
    ...(roles.includes('client') ? clients.map((id) => `client:${id}`) : []),
  ];
}

export function mayFollow(person: Pick<Person, 'roles' | 'clients'>, topic: string): boolean {
  if (topic.startsWith('queue:')) return isStaff(person);
  if (topic.startsWith('orders:')) return isStaff(person) || person.clients.includes(idOf(topic));
  if (!topic.startsWith('client:') && topic !== 'msp') return true;
  return isStaff(person) || feedsOf(person).includes(topic);
}

export function mayPublish(person: Pick<Person, 'roles' | 'clients'>, topic: string): boolean {
  const isOfOurs = isStaff(person) || person.roles.includes('service');
  return isOfOurs || (topic.startsWith('orders:') && person.clients.includes(idOf(topic)));
}

const idOf = (topic: string) => topic.slice(topic.indexOf(':') + 1);

/** What all topics of this one's kind are called together. */
export const collectionOf = (topic: string) => `${topic.slice(0, topic.indexOf(':'))}:*`;

/** One channel, which all of its kind may bring too. */
export const isChannel = (topic: string) => channelNames.includes(topic);

export const hasPresence = (topic: string) => /^(room|orders):(?!\*)/.test(topic);
/** Where the last events may be asked for. */
export const keepsHistory = (topic: string) => topic.startsWith('room:') || isChannel(topic);
