import type { Case, Fields, Violation } from './evidence.ts';

const refusals = new Set([
  'bad_request',
  'unknown_action',
  'validation_failed',
  'forbidden',
  'unknown_topic',
  'payload_too_large',
  'rate_limited',
]);

/** A refusal writes nothing, nothing fails but what was made to, and no secret is written down (I12, I13, I14). */
export function judgeConduct(of: Case): Violation[] {
  return [...refusedYetWritten(of), ...unexpected(of), ...secrets(of)];
}

function* refusedYetWritten({ lines, gots }: Case): Generator<Violation> {
  const refused = new Set<string>();
  const acknowledged = new Set<string>();
  for (const { conn, frame } of gots) {
    const request = `${conn} ${frame.ref}`;
    const code = (frame.payload as Fields | undefined)?.code;
    if (frame.type === 'error' && refusals.has(String(code))) refused.add(request);
    if (frame.type === 'ack' || frame.type === 'subscribed') acknowledged.add(request);
  }
  for (const { t, k, fn, conn, ref, writes, outcome } of lines) {
    if (k !== 'run' || fn !== 'message' || outcome !== 'answered' || writes === 0) continue;
    // A request that was written unheard may be refused when it is repeated with lesser rights.
    const request = `${conn} ${ref}`;
    if (refused.has(request) && !acknowledged.has(request)) {
      yield { invariant: 'I12', what: `${ref} was refused and wrote ${writes} times`, at: t };
    }
  }
}

function* unexpected({ lines, begin }: Case): Generator<Violation> {
  for (const { t, k, what, error, expected, fn, outcome } of lines) {
    if (k === 'report' && expected !== true) yield { invariant: 'I13', what: `${what}: ${error}`, at: t };
    if (k !== 'run') continue;
    const planned = /^(InjectedFault|ProtocolError):/.test(String(error));
    if (outcome === 'failed' && !planned && fn !== 'deliver') {
      yield { invariant: 'I13', what: `${fn} failed: ${error}`, at: t };
    }
    if (outcome === 'time-out' && begin.severity === 0) {
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
