import type { WebSocket } from 'ws';
import type { Person } from '../../../console/src/session/person.ts';
import { handshake } from '../../load/handshake.ts';
import { seeded } from '../../load/seeded.ts';
import type { LocalStack } from '../../support/localStack.ts';
import { ask } from './asking.ts';

/** A tenant whose people come and go, and do what people do. */
export interface Office {
  readonly tenant: string;
  /** For so long, now more and now less. */
  work(minutes: number): Promise<void>;
  close(): Promise<void>;
}

const clients = [
  ['acme', 'active', 82],
  ['globex', 'active', 71],
  ['initech', 'at risk', 34],
  ['umbrella', 'onboarding', 55],
  ['hooli', 'active', 90],
  ['soylent', 'paused', 48],
  ['stark', 'active', 77],
  ['wayne', 'at risk', 29],
  ['tyrell', 'onboarding', 61],
  ['wonka', 'active', 68],
] as const;
const kinds = ['login', 'page_view', 'call', 'ticket'] as const;
const news = [
  ['mention', 'sam mentioned you in the lobby'],
  ['invoice', 'An invoice of globex is ready'],
  ['certificate', 'The certificate of acme ends on Friday'],
] as const;
const staff = ['ada', 'sam', 'ria', 'noor', 'jo', 'lea', 'max'];
const stepMs = 250;
/** One wave of much and little, in steps. */
const wave = 240;
/** What was before anybody came, which a client's curve shows. */
const before = { steps: 44, stepMs: 1_800_000 } as const;

export async function busyOffice(stack: LocalStack): Promise<Office> {
  const tenant = 'acme-msp';
  const random = seeded(7);
  const pick = <T>(from: readonly T[]): T => from[Math.floor(random() * from.length)] as T;
  const member = (user: string): Person => ({ user, tenant, roles: ['msp'] });
  const clientUser = (client: string, at: number): Person => ({
    user: `${client}-${at}`,
    tenant,
    roles: ['client'],
    clients: [client],
  });
  const opened: WebSocket[] = [];
  const come = async (person: Person) =>
    void (await handshake(stack.wsUrl, await stack.token({ ...person, expiresIn: '2h' }), opened));

  const record = (clientId: string, by = 1) => {
    const payload = { clientId, kind: pick(kinds), by };
    return ask(stack, clientUser(clientId, 1), 'interaction.record', { payload });
  };
  /** Begins so long ago, and goes on until now: more by day than by night, and by each client's own hours. */
  async function goThroughYesterday() {
    await stack.clock.advance(-before.steps * before.stepMs);
    for (let at = 0; at < before.steps; at++) {
      const busy = clients.filter((_, place) => {
        const much = 1 + Math.sin(((at - 12 - place * 2) / before.steps) * 2 * Math.PI);
        return random() < 0.1 + 0.45 * much;
      });
      for (const [clientId] of busy) await record(clientId, 10 + Math.floor(random() * 60));
      await stack.clock.advance(before.stepMs);
    }
  }

  const deeds: readonly (() => Promise<unknown>)[] = [
    () => record(pick(clients)[0]),
    () => {
      const [kind, title] = pick(news);
      return ask(stack, member(pick(staff)), 'notification.send', {
        payload: { userId: 'ada', kind, title },
      });
    },
    () => {
      const [clientId, status, score] = pick(clients);
      const payload = { clientId, status, score: Math.min(100, score + Math.floor(random() * 5)) };
      return ask(stack, member(pick(staff)), 'engagement.update', { payload });
    },
  ];
  // Of a client's user it is refused, as now and then somebody is.
  const refused = () =>
    ask(stack, clientUser('acme', 1), 'engagement.update', { payload: { clientId: 'acme', score: 1 } });

  async function step(at: number) {
    const much = 1 + Math.sin((at / wave) * 2 * Math.PI) + (at % 60 < 8 ? 2 : 0);
    const doing = Array.from({ length: Math.round(random() * 2 * much) }, () =>
      (random() < 0.7 ? deeds[0] : pick(deeds))?.(),
    );
    if (at % 12 === 0) await come(clientUser(pick(clients)[0], 1 + Math.floor(random() * 3)));
    if (at % 30 === 0) opened.splice(Math.floor(random() * opened.length), 1)[0]?.close();
    if (at % 37 === 0) doing.push(refused().catch(() => {}));
    await Promise.all(doing);
  }

  await goThroughYesterday();
  for (const [clientId, status, score] of clients) {
    await ask(stack, member('sam'), 'engagement.update', { payload: { clientId, status, score } });
  }
  for (const user of staff.slice(1)) await come(member(user));
  await come({ user: 'crm', tenant, roles: ['service'] });
  return {
    tenant,
    async work(minutes) {
      const began = performance.now();
      for (let at = 0; at * stepMs < minutes * 60_000; at++) {
        const pause = began + at * stepMs - performance.now();
        await new Promise((resolve) => setTimeout(resolve, Math.max(0, pause)));
        await step(at);
      }
    },
    async close() {
      for (const socket of opened) socket.terminate();
    },
  };
}
