import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { packPrincipal } from '../../lambdas/principalContext.ts';
import { bench } from '../measure.ts';
import { spreadOf } from '../results.ts';
import { bundledEngine } from './functions.ts';
import { lambdaNode } from './lambdaNode.ts';
import { type Services, startServices } from './services.ts';

/** In the order in which they run: each finds what those before it have left. */
const functions = ['authorize', 'connect', 'message', 'http', 'deliver', 'disconnect', 'reap'] as const;
type Name = (typeof functions)[number];

interface Cost {
  readonly start: number;
  readonly requests: readonly number[];
  readonly answers: readonly unknown[];
  readonly peak: number;
}

const readers = Array.from({ length: 10 }, (_, n) => `reader-${n}=`);
const repeats = Array.from({ length: 20 }, (_, n) => n);
const topic = 'client:acme';

function contextOf(connectionId: string) {
  const nowMs = Date.now();
  const authorizer = packPrincipal({
    ...{ tenant: 'bench', userId: connectionId, roles: ['msp'], clients: [] },
    ...{ issuedAt: nowMs, expiresAt: nowMs + 3_600_000 },
  });
  return { requestContext: { connectionId, requestId: 'r', requestTimeEpoch: nowMs, authorizer } };
}

const frame = (connectionId: string, action: string, payload: object, more: object = {}) => ({
  ...contextOf(connectionId),
  body: JSON.stringify({ action, ref: `${connectionId}-${action}-${Math.random()}`, payload, ...more }),
});
const interaction = { clientId: 'acme', kind: 'login' };

/** What each function is asked: the first is its first request, and the others are as they are in use. */
function eventsFor(name: Name, token: string): readonly object[] {
  const unit = { frame: 'x'.repeat(1_000), round: 0, kind: 'event', part: '0' };
  const ids = Array.from({ length: 500 }, (_, n) => `socket-${n}=`);
  const body = JSON.stringify({ ...unit, to: ids });
  const events: Readonly<Record<Name, () => readonly object[]>> = {
    authorize: () =>
      repeats.map(() => ({
        ...contextOf('c'),
        headers: { 'Sec-WebSocket-Protocol': `tidings.v1, bearer.${token}` },
        methodArn: 'arn:aws:execute-api:eu-west-1:1:a/dev/$connect',
      })),
    connect: () => readers.map((id) => ({ ...contextOf(id), headers: {} })),
    message: () => repeats.map(() => frame('reader-0=', 'interaction.record', interaction)),
    http: () =>
      repeats.map((n) => ({
        rawPath: '/actions/interaction.record',
        pathParameters: { action: 'interaction.record' },
        headers: { authorization: `Bearer ${token}` },
        body: JSON.stringify({ ref: `http-${n}-${Math.random()}`, payload: interaction }),
        requestContext: { http: { method: 'POST' }, requestId: 'r', timeEpoch: Date.now() },
      })),
    deliver: () =>
      repeats.map(() => ({ Records: [{ messageId: 'm', body, attributes: { SentTimestamp: '0' } }] })),
    disconnect: () => readers.map((id) => contextOf(id)),
    reap: () => repeats.map(() => ({})),
  };
  return events[name]();
}

function run(name: Name, { environment }: Services, events: readonly object[]): Promise<Cost> {
  const program = fileURLToPath(new URL('./functionProcess.mjs', import.meta.url));
  const input = JSON.stringify({ path: bundledEngine(name).path, events });
  return new Promise((resolve, reject) => {
    const done = (error: Error | null, stdout: string, stderr: string) =>
      error ? reject(new Error(`${name}: ${stderr.slice(-2_000)}`)) : resolve(JSON.parse(stdout));
    const options = { env: { PATH: process.env.PATH ?? '', ...environment }, maxBuffer: 1e9 };
    execFile(lambdaNode(), [program], options, done).stdin?.end(input);
  });
}

/** All functions, once each. @throws Error where one of them does not do what it is asked for */
async function costs(): Promise<ReadonlyMap<string, Cost>> {
  const services = await startServices();
  try {
    const measured = new Map<Name, Cost>();
    for (const name of functions) {
      const cost = await run(name, services, eventsFor(name, services.token));
      const wrong = cost.answers.find((answer) =>
        /"error"|"Deny"|"statusCode":[45]|itemIdentifier/.test(JSON.stringify(answer)),
      );
      if (wrong) throw new Error(`${name} answered ${JSON.stringify(wrong)}`);
      measured.set(name, cost);
      if (name !== 'connect') continue;
      const follow = readers.map((id) => frame(id, 'subscribe', {}, { topic }));
      await run('message', services, [...readers.map((id) => frame(id, 'hello', { v: 1 })), ...follow]);
    }
    return measured;
  } finally {
    await services.stop();
  }
}

/** By the run: all functions are measured together, for each needs what others leave. */
const passes: Promise<ReadonlyMap<string, Cost>>[] = [];
const asked = new Map<string, number>();

/** In new processes: what memory and time a function needs comes of this (docs/operating.md). */
export const requests = bench({
  name: 'requests',
  measures:
    'processor time and memory of functions under Node 24, over TLS: a record to 10 readers, units of 500 posts',
  figures: {
    start: { unit: 'CPU ms', better: 'less' },
    first: { unit: 'CPU ms', better: 'less' },
    warm: { unit: 'CPU ms', better: 'less' },
    peak: { unit: 'MB', better: 'less' },
  },
  variants: functions,
  async measure(name) {
    const run = asked.get(name) ?? 0;
    asked.set(name, run + 1);
    passes[run] ??= costs();
    const {
      start = 0,
      requests: [first = 0, ...others] = [],
      peak = 0,
    } = (await passes[run])?.get(name) ?? {};
    return { start, first, warm: spreadOf(others.slice(-8)).median, peak };
  },
});
