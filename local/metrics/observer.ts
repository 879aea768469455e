import type { HandshakeOutcome, OnHandshake, WebSocketGateway } from '@tidings/gateway';
import { knownPrincipal } from '../../lambdas/principalContext.ts';
import { refusedByGateway } from '../http/handshakeLines.ts';
import type { LocalQueues } from '../services/sqs.ts';
import { type LoggedRefusal, readFunctionLine } from './functionLine.ts';
import { stepMs, steps } from './steps.ts';
import { type UnitCounter, unitCounter } from './unitCounter.ts';

/** A handshake that was refused, and why. */
export interface Refusal extends Omit<LoggedRefusal, 'requestId'> {
  /** By the clock of this machine: milliseconds since 1970. */
  readonly at: number;
  readonly requestId?: string;
}

const maxRefusals = 200;

/** Sees what a stack does, for whoever looks at it while it runs. */
export interface Observer {
  readonly units: UnitCounter;
  /** Takes a function's line. @returns whether it is for somebody to read, too */
  line(text: string): boolean;
  readonly onHandshake: OnHandshake;
  /** Begins to count, once there is something. */
  watch(parts: Watched): { stop(): void };
  /** The last hour, or what came after a time of this machine. */
  metrics(since?: number): object;
  /** The newest handshakes that were refused, newest first. */
  refusals(): readonly Refusal[];
}

interface Watched {
  readonly webSocket: Pick<WebSocketGateway, 'connectionIds' | 'messageCounts'>;
  readonly queues: Pick<LocalQueues, 'all'>;
}

/** @param wsUrl where the stack is, for those who ask elsewhere */
export function observer(wsUrl: string, now: () => number = Date.now): Observer {
  const units = unitCounter();
  const refusals: Refusal[] = [];
  const roles = new Map<string, readonly string[]>();
  let parts: Watched | undefined;

  const hour = steps(
    {
      totals: () => {
        const { received = 0, sent = 0 } = parts?.webSocket.messageCounts() ?? {};
        return { framesIn: received, framesOut: sent, ...units.totals() };
      },
      standing: () => {
        const open = new Set(parts?.webSocket.connectionIds());
        for (const id of roles.keys()) if (!open.has(id)) roles.delete(id);
        return {
          openConnections: open.size,
          openByRole: countEach([...roles.values()].flat()),
          deadLetters: parts ? deadLettersIn(parts.queues) : 0,
        };
      },
    },
    now,
  );

  function refused(refusal: Omit<Refusal, 'at'>) {
    refusals.unshift({ at: now(), ...refusal });
    refusals.splice(maxRefusals);
    hour.addRefusedHandshake(refusal.check);
  }

  return {
    units,
    line(text) {
      const read = readFunctionLine(text);
      if (!read) return true;
      if ('refusal' in read) refused(read.refusal);
      else for (const figure of read.figures) hour.add(figure);
      return 'refusal' in read;
    },
    onHandshake(outcome) {
      if (outcome.connectionId !== undefined) roles.set(outcome.connectionId, rolesOf(outcome));
      const refusal = refusedByGateway(wsUrl, outcome);
      if (refusal) refused(refusal);
    },
    watch(watched) {
      parts = watched;
      const timer = setInterval(hour.end, stepMs).unref();
      return { stop: () => clearInterval(timer) };
    },
    metrics(since = 0) {
      // Until somebody looks, nobody pays for it: each request to the database has to be read for it.
      units.turnOn();
      return { nowMs: now(), ...hour.since(since) };
    },
    refusals: () => refusals,
  };
}

const rolesOf = ({ authorizer }: HandshakeOutcome) => knownPrincipal(authorizer)?.roles ?? [];

/** Queues that others give up to. */
function deadLettersIn(queues: Pick<LocalQueues, 'all'>): number {
  const all = queues.all();
  const dead = new Set(all.map((queue) => queue.deadLetter()?.queue));
  return all
    .filter(({ name }) => dead.has(name))
    .map((queue) => queue.counts())
    .reduce((sum, { visible, hidden }) => sum + visible + hidden, 0);
}

function countEach(names: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const name of names) counts[name] = (counts[name] ?? 0) + 1;
  return counts;
}
