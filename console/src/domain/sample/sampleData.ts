import type { AnyClient } from '@tidings/client';
import { createSession } from '../../session/createSession.ts';
import type { Where } from '../../session/where.ts';

/** What there are samples of. */
export type SampleKind = 'clients' | 'alerts' | 'notifications' | 'queue';

export interface SampleOf {
  readonly where: Where;
  readonly tenant: string;
  /** Who looks: whose notifications they are. */
  readonly userId: string;
  /** Of the queue: which day. */
  readonly date?: string;
}

type Request = readonly [action: string, payload: object];

/** Fills what is empty, as somebody of the staff in a session beside the one that looks. */
export async function fillWithSamples(kind: SampleKind, of: SampleOf): Promise<void> {
  const { where, tenant } = of;
  const credential = { person: { user: 'sample-data', tenant, roles: ['msp'] } };
  const session = createSession({ where, credential });
  try {
    const { request } = session.client as AnyClient<'request'>;
    // One after the other: it is seen to fill, and stays below the limit of frames a second.
    for (const [action, payload] of samples[kind](of)) await request(action, payload);
  } finally {
    session.close();
  }
}

const clients = [
  ['acme', 'active', 82, 'Renewal is due in March.'],
  ['globex', 'active', 71, 'Wants to see the new reports.'],
  ['initech', 'at risk', 34, 'Two calls were not returned.'],
  ['umbrella', 'onboarding', 55, 'Second week.'],
  ['hooli', 'active', 90, 'Gladly gives references.'],
  ['soylent', 'paused', 48, 'Back after the summer.'],
  ['stark', 'active', 77, 'Asks for a second room.'],
  ['wayne', 'at risk', 29, 'The contact has left.'],
  ['tyrell', 'onboarding', 61, 'Data is being moved.'],
  ['wonka', 'active', 68, 'Quiet, and content.'],
] as const;
const kinds = ['login', 'page_view', 'call'] as const;

const samples: Readonly<Record<SampleKind, (of: SampleOf) => readonly Request[]>> = {
  clients: () =>
    clients.flatMap(([clientId, status, score, note], at): Request[] => [
      ['engagement.update', { clientId, status, score, note }],
      ...kinds
        .slice(0, 1 + (at % kinds.length))
        .map(
          (kind): Request => [
            'interaction.record',
            { clientId, kind, by: 1 + ((at * 7 + kind.length * 3) % 23) },
          ],
        ),
    ]),
  alerts: () => [
    ['alert.raise', { to: { msp: true }, severity: 'info', title: 'Reports of November are ready' }],
    [
      'alert.raise',
      {
        to: { tenant: true },
        severity: 'warning',
        title: 'Maintenance on Sunday from 02:00 to 03:00',
        body: 'The portal can be read meanwhile, and not be written to.',
      },
    ],
    [
      'alert.raise',
      {
        to: { msp: true },
        severity: 'critical',
        title: 'Three devices of globex do not answer',
        body: 'Since 07:40. The router answers.',
      },
    ],
  ],
  notifications: ({ userId }) => [
    ['notification.send', { userId, kind: 'certificate', title: 'Your certificate ends on Friday' }],
    [
      'notification.send',
      { userId, kind: 'invoice', title: 'An invoice is ready', body: 'It is due in 14 days.' },
    ],
    ['notification.send', { userId, kind: 'mention', title: 'sam mentioned you in the lobby' }],
  ],
  queue: ({ date = '' }) =>
    [
      ['dr-lee', 'p-17', '09:00'],
      ['dr-lee', 'p-23', '09:20'],
      ['dr-lee', 'p-4', '10:00'],
      ['dr-okafor', 'p-31', '09:10'],
      ['dr-okafor', 'p-8', '09:40'],
      ['dr-sanz', 'p-12', '11:00'],
    ].map(([doctorId, patientId, at]): Request => ['queue.book', { date, doctorId, patientId, at }]),
};
