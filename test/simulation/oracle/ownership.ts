import {
  type Ask,
  type Case,
  eventsOf,
  type Fields,
  homeOf,
  type Row,
  topicsOf,
  type Who,
} from './evidence.ts';
import { mayFollow } from './mayFollow.ts';
import type { Claims } from './permissions.ts';

/** Where each alert was raised, whose an answer and an appointment is, and when a device first asked to follow a topic. */
export interface Owners {
  readonly alerts: ReadonlyMap<unknown, string>;
  readonly askedBy: ReadonlyMap<unknown, string>;
  readonly bookedBy: ReadonlyMap<unknown, string>;
  /** The appointments that somebody was there for. */
  readonly checkedIn: ReadonlySet<unknown>;
  readonly entered: ReadonlyMap<string, number>;
}

export function readOwners(of: Case): Owners {
  const { topics, atEnd, asks } = of;
  const alerts = new Map<unknown, string>();
  for (const { name, epochs } of topics.values()) {
    for (const { event } of [...epochs.values()].flat()) {
      if (event.type === 'alert') alerts.set(event.payload.alertId, name);
    }
  }
  const entered = new Map<string, number>();
  for (const { device, topic, action, payload, at } of asks) {
    const subs = action === 'hello' ? (payload.subs as Fields[]).map((sub) => sub.topic) : [];
    for (const each of action === 'subscribe' ? [topic] : subs) {
      if (!entered.has(`${device} ${each}`)) entered.set(`${device} ${each}`, at);
    }
  }
  return { alerts, askedBy: new Map(atEnd.flatMap(streamOf)), ...readBookings(of), entered };
}

function readBookings({ topics }: Case): Pick<Owners, 'bookedBy' | 'checkedIn'> {
  const bookedBy = new Map<unknown, string>();
  const checkedIn = new Set<unknown>();
  for (const { topic, tenant } of topicsOf(topics, 'queue')) {
    for (const { from, payload } of eventsOf(topic)) {
      for (const { appointmentId, position } of payload.appointments as Fields[]) {
        const name = `${tenant} ${appointmentId}`;
        if (!bookedBy.has(name)) bookedBy.set(name, from);
        if (position !== null) checkedIn.add(name);
      }
    }
  }
  return { bookedBy, checkedIn };
}

function streamOf({ pk, userId }: Row): [string, string][] {
  const [kind, tenant, id] = pk.split('#').map(decodeURIComponent);
  return kind === 'STREAM' ? [[`${tenant} ${id}`, String(userId)]] : [];
}

/** Whether an alert, an appointment or an answer is one that somebody may change: in general, whenever they ask. */
export function isTheirs(owners: Owners, who: Who, claims: Claims, { action, payload }: Ask): boolean {
  if (action === 'alert.acknowledge') return mayAcknowledge(owners.alerts.get(payload.alertId), who, claims);
  if (action === 'queue.checkIn' || action === 'queue.cancel') {
    const isStaff = claims.roles.some((role) => role === 'msp' || role === 'service');
    return isStaff || owners.bookedBy.get(`${who.tenant} ${payload.appointmentId}`) === who.user;
  }
  if (action !== 'assistant.cancel') return true;
  return owners.askedBy.get(`${who.tenant} ${payload.streamId}`) === who.user;
}

/** An alert to everybody is for the staff to acknowledge. */
function mayAcknowledge(home: string | undefined, who: Who, claims: Claims): boolean {
  if (!isAddressed(home, who, claims)) return false;
  return !home?.endsWith('/tenant:-') || claims.roles.some((role) => role === 'msp' || role === 'admin');
}

export function isAddressed(home: string | undefined, who: Who, { roles, clients }: Claims): boolean {
  const [tenant, topic = ''] = (home ?? '').split('/');
  if (tenant !== who.tenant) return false;
  if (topic.startsWith('user:')) return home === homeOf(who, 'user:me');
  return mayFollow(topic.startsWith('msp:') ? 'msp' : topic, roles, clients);
}
