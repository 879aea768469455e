import type { Random } from '../../../core/ports.ts';
import type { Journal } from '../journal.ts';
import type { Intent, Reply } from '../users/asks.ts';
import { machineIntents, pick, trespass } from '../users/intents.ts';
import { type Known, learnFromReply } from '../users/knowledge.ts';
import type { Person } from '../users/people.ts';
import type { Tokens } from '../users/tokens.ts';
import type { Gateway } from './gateway.ts';
import type { Scheduler } from './scheduler.ts';

export interface MachineParts {
  readonly person: Person;
  readonly gateway: Gateway;
  readonly scheduler: Scheduler;
  readonly random: Random;
  readonly journal: Journal;
  readonly tokens: Tokens;
  readonly known: Known;
  readonly meanPauseMs: number;
}

/** A machine without a socket: it acts by HTTP, and repeats what was not answered. */
export function machine(parts: MachineParts) {
  const { person, gateway, scheduler, random, journal, tokens, known, meanPauseMs } = parts;
  const intents = machineIntents(person, known);
  let quiet = false;
  let said = 0;
  let unanswered = 0;
  const name = `${person.user}-${person.tenant}`;

  const ask = async ({ action, ...rest }: Intent, ref = `${name}-${said++}`) => {
    const { token, issuedAt: iat } = tokens.forHandshake();
    journal.note('ask', { d: name, ref, action, iat, ...rest });
    const reply = (await gateway.request(token, action, { ref, ...rest })) as Reply | undefined;
    if (reply) journal.note('got', { d: name, ref, frame: JSON.stringify({ ...reply, ref }) });
    return reply;
  };
  const publish = async (intent: Intent) => {
    unanswered++;
    const ref = `${name}-${said++}`;
    for (;;) {
      const reply = await ask(intent, ref);
      const { code, retryable } = (reply?.payload ?? {}) as { code?: string; retryable?: boolean };
      if (code === 'forbidden' || code === 'unauthenticated') tokens.discard();
      // A machine is let do all that it asks for, unless its token was revoked.
      const isOver = reply && !retryable && code !== 'forbidden';
      if (isOver) {
        learnFromReply(known, intent, reply);
        break;
      }
      await scheduler.wait(500 + random.fraction() * 2000);
    }
    unanswered--;
  };
  const act = () => {
    if (quiet) return;
    scheduler.after(-Math.log(1 - random.fraction()) * meanPauseMs, act);
    const mark = `${person.tenant}|${name}|${said}`;
    // Asked once: a machine takes a refusal for the sign that its token was revoked.
    if (random.fraction() < 0.05) {
      return void ask(trespass(random, person, known, mark));
    }
    const intent = pick(random, intents)(random, mark);
    if (intent) void publish(intent);
  };
  return {
    owner: { d: name, tenant: person.tenant, user: person.user },
    roles: person.roles,
    /** Asks once. */
    ask,
    publish,
    begin: () => void scheduler.after(random.fraction() * meanPauseMs, act),
    hush() {
      quiet = true;
      tokens.steady();
    },
    atRest: () => ({ d: name, ready: true, topics: [], unanswered }),
  };
}
