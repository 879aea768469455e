import type { Principal } from '../../core/principal.ts';

/** Who is connected while one release takes the place of another. */
export const people = {
  eve: { roles: ['msp'], clients: [] },
  ada: { roles: ['client'], clients: ['acme'] },
} as const;
export type Name = keyof typeof people;

/** Of one of them, two hours before the token ends. */
export const principalOf = (name: Name, nowMs: number): Principal => ({
  tenant: 't',
  userId: name,
  ...people[name],
  issuedAt: nowMs,
  expiresAt: nowMs + 7_200_000,
});

/** What they ask for under the former release, by `ref`: something of every kind of row. */
export const asked: readonly (readonly [Name, string, object])[] = [
  ['eve', 'room', { action: 'subscribe', topic: 'room:lobby' }],
  ['ada', 'room', { action: 'subscribe', topic: 'room:lobby' }],
  ['ada', 'said', { action: 'room.send', topic: 'room:lobby', payload: { body: 'Good morning' } }],
  ['ada', 'login', { action: 'interaction.record', payload: { clientId: 'acme', kind: 'login' } }],
  [
    'eve',
    'active',
    { action: 'engagement.update', payload: { clientId: 'acme', status: 'active', score: 80 } },
  ],
  [
    'eve',
    'alert',
    {
      action: 'alert.raise',
      payload: { to: { userId: 'ada' }, severity: 'warning', title: 'Friday', dedupeKey: 'k' },
    },
  ],
  [
    'eve',
    'note',
    { action: 'notification.send', payload: { userId: 'ada', kind: 'invoice', title: 'Ready' } },
  ],
  ['eve', 'hello', { action: 'message.send', payload: { userId: 'ada', body: 'Hello' } }],
  [
    'eve',
    'book',
    { action: 'queue.book', payload: { date: '2026-02-02', doctorId: 'd', patientId: 'p', at: '09:00' } },
  ],
  ['eve', 'board', { action: 'subscribe', topic: 'queue:2026-02-02' }],
  [
    'ada',
    'job',
    { action: 'job.submit', payload: { kind: 'translate', input: { text: 'Hello', to: 'de' } } },
  ],
  ['ada', 'question', { action: 'assistant.ask', payload: { text: 'What happened?' } }],
];
