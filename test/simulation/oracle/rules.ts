import type { Case, Findings, Violation } from './evidence.ts';

/** What may have been written all the same: whoever asks again is told. */
const undecided = new Set(['unavailable', 'timeout', 'internal']);

const mayWrite = new Set([
  // The room is told who is there, whether that changed or not.
  'not_subscribed unsubscribe',
  // The connection was closed while it was being served: some is done, and it asks again on another one.
  ...['hello', 'subscribe', 'unsubscribe'].map((action) => `unauthenticated ${action}`),
]);

/** A refusal writes nothing, nothing fails but what was made to, and no secret is written down (I12, I13, I14). */
export function judgeRules(of: Case): Findings {
  return { violations: [...refusedYetWritten(of), ...unexpected(of), ...secrets(of)] };
}

/** By a socket or by HTTP, each run by itself: one that was written unheard may be refused when it is repeated. */
function* refusedYetWritten({ lines, asks }: Case): Generator<Violation> {
  const actionOf = new Map(asks.map(({ ref, action }) => [ref, action]));
  for (const { t, k, ref, writes, refused } of lines) {
    if (k !== 'run' || refused === undefined || writes === 0 || undecided.has(String(refused))) continue;
    if (mayWrite.has(`${refused} ${actionOf.get(String(ref))}`)) continue;
    yield { invariant: 'I12', what: `${ref} was refused (${refused}) and wrote ${writes} times`, at: t };
  }
}

/** Where nothing is made to fail, nothing does. */
function* unexpected({ lines, begin }: Case): Generator<Violation> {
  const isCalm = begin.severity === 0;
  for (const { t, k, what, error, expected, fn, outcome, planned } of lines) {
    if (k === 'report' && (isCalm || expected !== true)) {
      yield { invariant: 'I13', what: `${what}: ${error}`, at: t };
    }
    if (k !== 'run') continue;
    // What a work unit that nobody understands comes to is reported by its queue.
    const isExcused = !isCalm && (planned === true || fn === 'deliver');
    if (outcome === 'failed' && !isExcused) yield { invariant: 'I13', what: `${fn} failed: ${error}`, at: t };
    if (outcome === 'time-out' && isCalm) {
      yield { invariant: 'I13', what: `${fn} took longer than a function may`, at: t };
    }
  }
}

function* secrets({ lines, begin }: Case): Generator<Violation> {
  const bodies = (begin.tenants as string[]).map((tenant) => `${tenant}|`);
  for (const line of lines) {
    if (line.k !== 'report') continue;
    const text = JSON.stringify(line);
    if (text.includes('memory-token') || bodies.some((body) => text.includes(body))) {
      yield { invariant: 'I14', what: `written down: ${text}`, at: line.t };
    }
  }
}
