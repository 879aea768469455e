import { answersOf } from './answers.ts';
import { mayFollow } from './borders.ts';
import type { Case, Violation, Who } from './evidence.ts';
import { readRights } from './refusals.ts';

/** Nobody is told where a topic stands that they may not follow, be it by a state or by events (I4). */
export function judgeAnswersGiven(of: Case): { judged: number; violations: Violation[] } {
  const rightsAt = readRights(of);
  const asked = new Map(of.asks.map((ask) => [`${ask.device} ${ask.ref}`, ask]));
  const askerOf = readAskers(of);
  const violations: Violation[] = [];
  let judged = 0;
  for (const got of of.gots) {
    const ask = asked.get(`${got.device} ${got.frame.ref}`);
    const who = of.owners.get(got.device);
    if (!ask || !who || (got.frame.type !== 'subscribed' && got.frame.type !== 'ack')) continue;
    for (const [wire] of answersOf(got, ask)) {
      judged++;
      const rights = rightsAt(got.conn ?? got.device, ask.at, got.at);
      const asker = askerOf.get(wire);
      const isTheirs = asker === undefined || (asker.tenant === who.tenant && asker.user === who.user);
      if (isTheirs && rights.some(({ roles, clients }) => mayFollow(wire, roles, clients))) continue;
      violations.push({
        invariant: 'I4',
        what: `${got.device} was answered about ${wire}: ${got.text}`,
        at: got.at,
      });
    }
  }
  return { judged, violations };
}

/** Who began a conversation, by its topic. */
function readAskers({ asks, gots, owners }: Case): ReadonlyMap<string, Who> {
  const questions = new Set(
    asks.filter(({ action }) => action === 'assistant.ask').map(({ device, ref }) => `${device} ${ref}`),
  );
  const found = new Map<string, Who>();
  for (const { device, frame } of gots) {
    const who = owners.get(device);
    if (!who || frame.type !== 'ack' || !questions.has(`${device} ${frame.ref}`)) continue;
    found.set(`conversation:${(frame.payload as { conversationId: string }).conversationId}`, who);
  }
  return found;
}
