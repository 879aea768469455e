import { readAnswers } from './answers.ts';
import type { Case, Findings, Violation, Who } from './evidence.ts';
import { mayFollow } from './mayFollow.ts';
import { readRights } from './permissions.ts';

/** Nobody is told where a topic stands that they may not follow, be it by a state or by events (I4). */
export function judgeAnswersGiven(of: Case): Findings {
  const rightsAt = readRights(of);
  const answersIn = readAnswers(of);
  const askerOf = readAskers(of);
  const violations: Violation[] = [];
  let judged = 0;
  for (const got of of.gots) {
    for (const { ask, who, wire } of answersIn(got)) {
      judged++;
      const rights = rightsAt(got.conn ?? got.device, ask.at, got.at);
      const asker = askerOf.get(wire);
      const isTheirs = asker === undefined || (asker.tenant === who.tenant && asker.user === who.user);
      if (isTheirs && rights.some(({ roles, clients }) => mayFollow(wire, roles, clients))) continue;
      const what = `${got.device} was answered about ${wire}: ${got.text}`;
      violations.push({ invariant: 'I4', what, at: got.at });
    }
  }
  return { violations, exercised: { 'answers about topics judged': judged } };
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
