const at = 1_767_254_400_000;

/**
 * What a field of this name might hold, so that an example reads like one; `job.kind` is for contracts whose names
 * begin so, `stream.end.text` for one contract. Used only where the schema allows it, so that nothing breaks when a
 * contract changes.
 */
export const usualValues: Readonly<Record<string, unknown>> = {
  at,
  appointmentId: 'appointment-1',
  body: 'Your invoice is ready',
  by: 'sam',
  clientId: 'acme',
  code: 'not_found',
  conversationId: 'c-1',
  connectionId: 'L0SM9cOFvHcCIhw=',
  date: '2026-03-02',
  dedupeKey: 'certificate-acme',
  delta: 'On Fri',
  doctorId: 'dr-lee',
  epoch: 'e5k2m9',
  expiresAt: at + 3_600_000,
  events: [
    {
      type: 'alert.acknowledged',
      topic: 'client:acme',
      epoch: 'e5k2m9',
      seq: 7,
      id: 'f3a81c',
      from: 'carla',
      ts: at,
      payload: { alertId: 'alert-1', by: 'carla' },
    },
  ],
  'hello.clientId': 'laptop',
  finishedAt: at,
  from: 'sam',
  heartbeatMs: 60_000,
  'hello.topic': 'room:lobby',
  idx: 0,
  'job.input': { text: 'hello', to: 'es' },
  'job.status': 'done',
  'job.kind': 'translate',
  'job.output': { text: 'hola', to: 'es' },
  joined: ['carla'],
  kind: 'login',
  left: ['sam'],
  limit: 20,
  limits: { frameBytes: 32_000, topicsPerConnection: 100, framesPerSecond: 20, frameBurst: 40 },
  note: 'Renewal is due in March',
  'notification.list.unread': true,
  'notification.kind': 'certificate',
  'notification.data': { open: '/certificates/17' },
  patientId: 'p-17',
  position: 1,
  progress: 0.5,
  raisedBy: 'sam',
  roles: ['msp'],
  revokedAt: at,
  'room.body': 'Good morning',
  rotateAfterMs: 5_700_000,
  score: 80,
  seq: 7,
  status: 'active',
  'stream.end.text': 'On Friday.',
  'subscribe.recovered': true,
  tenant: 'demo',
  text: 'When does my certificate end?',
  title: 'Your certificate ends on Friday',
  total: 12,
  token: '<JWT>',
  topic: 'client:acme',
  submittedAt: at,
  unread: 1,
  updatedAt: at,
  userId: 'carla',
};

/** What a record is usually keyed by. */
export const usualKeys: Readonly<Record<string, string>> = {
  totals: 'login',
  byRole: 'msp',
  heads: 'client:acme',
  behind: 'client:acme',
};

/** Fields that are there only in special cases, which an example is not. */
export const specialFields: ReadonlySet<string> = new Set([
  'already',
  'at',
  'cursor',
  'dup',
  'error',
  'features',
  'more',
  'snapshot',
]);
