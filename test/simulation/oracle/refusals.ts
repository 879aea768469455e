import type { Ask, Case, Fields, Findings, Violation, Who } from './evidence.ts';
import { isTheirs, type Owners, readOwners } from './ownership.ts';
import { type Claims, isChange, mayDo, readRights } from './permissions.ts';

/** Nobody is refused as not allowed what is allowed, unless the token was revoked (I12). */
export function judgeRefusals(of: Case): Findings {
  const rightsAt = readRights(of);
  const owners = readOwners(of);
  const isRevoked = readRevocations(of);
  const asked = new Map<unknown, { ask: Ask; iat: number }>();
  const violations = [...misjudged(of)];
  let [judged, rightly, askIndex, gotIndex] = [0, 0, 0, 0];
  for (const { k, iat } of of.lines) {
    const ask = k === 'ask' ? of.asks[askIndex++] : undefined;
    if (ask) asked.set(ask.ref, { ask, iat: Number(iat) });
    const got = k === 'got' ? of.gots[gotIndex++] : undefined;
    if (!got || (got.frame.payload as Fields | undefined)?.code !== 'forbidden') continue;
    const request = asked.get(got.frame.ref);
    if (!request || !isChange(request.ask.action)) continue;
    judged++;
    const { action } = request.ask;
    const who = of.owners.get(got.device);
    const rights = rightsAt(got.conn ?? got.device, request.ask.at, got.at);
    if (who && rights.some((claims) => !mayChange(owners, who, claims, request.ask))) {
      rightly++;
      continue;
    }
    // A socket whose user is revoked is closed; by HTTP each request is asked for its token.
    if (got.conn === undefined && isRevoked(got.device, request.iat, got.at)) continue;
    violations.push({ invariant: 'I12', what: `${got.device} may do ${action}: ${got.text}`, at: got.at });
  }
  return {
    violations,
    exercised: {
      'refusals of changes judged': judged,
      'changes refused that are not allowed': rightly,
    },
  };
}

function mayChange(owners: Owners, who: Who, claims: Claims, ask: Ask): boolean {
  const { action, payload } = ask;
  if (!mayDo(claims, ask) || !isTheirs(owners, who, claims, ask)) return false;
  const isStaff = claims.roles.some((role) => role === 'msp' || role === 'service');
  // One's own can be cancelled until it is checked in.
  return (
    action !== 'queue.cancel' || isStaff || !owners.checkedIn.has(`${who.tenant} ${payload.appointmentId}`)
  );
}

/** Every token that is brought is good for a while, so nobody is told that it is not: not where its issuer does not answer either. */
function* misjudged({ lines, gots }: Case): Generator<Violation> {
  for (const { t, k, conn, status } of lines) {
    if (k === 'refused' && status === 401)
      yield { invariant: 'I12', what: `${conn} was refused with a good token`, at: t };
  }
  for (const { device, conn, frame, text, at } of gots) {
    // By a socket it is also said of a connection that is closed.
    const isOfHttp = conn === undefined && (frame.payload as Fields | undefined)?.code === 'unauthenticated';
    if (isOfHttp) yield { invariant: 'I12', what: `${device} brought a good token: ${text}`, at };
  }
}

/** Acknowledged or not: each is remembered with the time up to which tokens are void. */
function readRevocations(of: Case): (device: string, issuedAt: number, at: number) => boolean {
  const memories = new Map(of.atRest.filter(({ pk }) => pk.startsWith('REF#')).map((row) => [row.pk, row]));
  const found = of.asks.flatMap(({ action, device, ref, payload, at }) => {
    const owner = action === 'user.revoke' ? of.owners.get(device) : undefined;
    if (!owner) return [];
    const memory = memories.get(['REF', owner.tenant, owner.user, ref].map(encodeURIComponent).join('#'));
    const upTo = Number((memory?.answer as Fields | undefined)?.revokedAt);
    return [{ name: `${owner.tenant} ${payload.userId}`, upTo, askedAt: at }];
  });
  return (device, issuedAt, at) => {
    const owner = of.owners.get(device);
    const name = `${owner?.tenant} ${owner?.user}`;
    return found.some((one) => one.name === name && one.askedAt <= at && one.upTo >= issuedAt);
  };
}
