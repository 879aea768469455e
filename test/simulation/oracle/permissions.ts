import type { Ask, Case } from './evidence.ts';
import { mayFollow } from './mayFollow.ts';
import { type Rights, readSessions } from './sessions.ts';

export type Claims = Pick<Rights, 'roles' | 'clients'>;

/** Who may do what, as it is documented; what is not named, everybody may. */
const rolesFor: Readonly<Record<string, readonly string[]>> = {
  'interaction.record': ['client', 'msp', 'service'],
  'interaction.forget': ['msp', 'service'],
  'engagement.update': ['msp', 'service'],
  'alert.raise': ['msp', 'service'],
  'notification.send': ['msp', 'service'],
  'queue.book': ['msp', 'client', 'service'],
  'queue.checkIn': ['msp', 'client', 'service'],
  'queue.cancel': ['msp', 'client', 'service'],
  'user.revoke': ['admin'],
};
const forEverybody = new Set([
  'alert.acknowledge',
  'message.send',
  'room.send',
  'channel.publish',
  'presence.set',
  'notification.read',
  'job.submit',
  'assistant.ask',
  'assistant.cancel',
]);

export const isChange = (action: string) => action in rolesFor || forEverybody.has(action);

/** On the one kind of channel whoever may follow it, and machines; on the other few of those who may. */
function mayPublish(wire: string, { roles, clients }: Claims): boolean {
  const isOfOurs = roles.includes('msp') || roles.includes('service');
  return isOfOurs || (wire.startsWith('orders:') && mayFollow(wire, roles, clients));
}

type Asked = Pick<Ask, 'action' | 'topic' | 'payload'>;

export function mayDo(claims: Claims, { action, topic = '', payload }: Asked): boolean {
  const { roles, clients } = claims;
  const { clientId, kind } = payload;
  const allowed = rolesFor[action];
  if (action === 'channel.publish') return mayPublish(topic, claims);
  if (action === 'presence.set') return mayFollow(topic, roles, clients);
  if (allowed && !roles.some((role) => allowed.includes(role))) return false;
  if (action === 'job.submit' && kind === 'engagement.report') return roles.includes('msp');
  if (action !== 'interaction.record') return true;
  return roles.includes('msp') || roles.includes('service') || clients.includes(String(clientId));
}

/** What a connection, or a machine, may have been allowed in a span of time. */
export function readRights(of: Case): (name: string, from: number, until: number) => readonly Claims[] {
  const machines = new Map(
    of.lines.flatMap(({ k, d, machine, roles, clients }) =>
      k === 'owner' && machine ? [[String(d), [{ roles, clients } as Claims]]] : [],
    ),
  );
  const sessions = new Map(readSessions(of).map(({ conn, rights }) => [conn, rights]));
  return (name, from, until) => {
    const rights = sessions.get(name) ?? [];
    const last = rights.findLastIndex(({ at, given }) => given && at <= from);
    return machines.get(name) ?? rights.filter(({ at }, index) => index >= last && at <= until);
  };
}
