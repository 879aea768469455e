import fc from 'fast-check';
import { authorizeHandshake } from '../../../core/api/authorize.ts';
import { connect } from '../../../core/connections/connect.ts';
import { memoryRuntime } from '../../support/memoryRuntime.ts';
import { hostileText } from './frameTexts.ts';
import type { Fuzz } from './fuzzRun.ts';

const claimValue = fc.oneof(
  fc.jsonValue({ maxDepth: 1 }),
  hostileText,
  fc.array(hostileText, { maxLength: 4 }),
);

/** Whatever an issuer signs: it is refused, or makes a principal that every key can be built from. */
export const claimFuzz: Fuzz<Record<string, unknown>> = {
  what: 'claims that an issuer signed',
  input: fc.record(
    {
      sub: claimValue,
      tenant: claimValue,
      roles: fc.oneof(fc.constantFrom(['msp'], 'client'), claimValue),
      client_ids: claimValue,
    },
    { requiredKeys: [] },
  ),
  judge: () => {
    const runtime = memoryRuntime();
    const exp = runtime.clock.now() / 1000 + 3600;
    let connections = 0;
    return async (own) => {
      const token = runtime.tokens.issue({ exp, ...own });
      const headers = { 'sec-websocket-protocol': `tidings.v1, bearer.${token}` };
      const authorized = await authorizeHandshake(runtime, { headers, query: {} });
      if ('refused' in authorized) return;
      const { tenant, userId, roles } = authorized.principal;
      if (tenant === '' || userId === '' || roles.length === 0)
        throw new Error('let somebody in who is nobody');
      const connected = await connect(runtime, `c${connections++}`, authorized.principal);
      if ('refused' in connected && connected.refused !== 429)
        throw new Error(`was let in, and then refused with ${connected.refused}`);
    };
  },
};

const headerText = fc.oneof(
  hostileText,
  fc.constantFrom('tidings.v1', 'bearer.', 'bearer.a.b.c', 'tidings.v1, bearer.x'),
);

/** Handshakes that carry no good credential: none is let in, and none costs a write or a call of the database. */
export const handshakeFuzz: Fuzz<{ headers: Record<string, string>; query: Record<string, string> }> = {
  what: 'handshakes',
  input: fc.record({
    headers: fc.dictionary(
      fc.constantFrom('sec-websocket-protocol', 'origin', 'authorization', 'cookie', 'host'),
      headerText,
    ),
    query: fc.dictionary(
      fc.constantFrom('ticket', 'token', 'Ticket', 'x'),
      fc.oneof(hostileText, fc.stringMatching(/^[\w-]{43}$/)),
    ),
  }),
  judge: () => {
    const runtime = memoryRuntime({ allowQueryToken: true });
    return async (handshake) => {
      const authorized = await authorizeHandshake(runtime, handshake);
      if (!('refused' in authorized)) throw new Error('let somebody in without a credential');
      if (runtime.table.dump().length > 0) throw new Error('wrote for a handshake that it refused');
    };
  },
};

const allowed = ['https://app.example.com', 'http://localhost:3000'];
const origin = fc.oneof(
  fc.constantFrom(...allowed),
  fc.constantFrom(
    'null',
    '*',
    'https://APP.example.com',
    'https://app.example.com:443',
    'https://app.example.com/',
  ),
  fc
    .tuple(hostileText, fc.constantFrom(...allowed), hostileText)
    .map(([a, b, c]) => a.slice(0, 20) + b + c.slice(0, 20)),
  fc.webUrl(),
  fc.domain().map((name) => `https://app.example.com.${name}`),
  hostileText,
);

/** An Origin is on the list to the letter, or refused; the credential is good each time. */
export const originFuzz: Fuzz<string> = {
  what: 'origins',
  input: origin,
  judge: () => {
    const runtime = memoryRuntime({ allowedOrigins: [...allowed], allowNoOrigin: false });
    const token = runtime.tokens.issue({
      sub: 'ada',
      tenant: 'acme',
      roles: ['msp'],
      exp: runtime.clock.now() / 1000 + 3600,
    });
    return async (given) => {
      const headers = { 'sec-websocket-protocol': `tidings.v1, bearer.${token}`, origin: given };
      const authorized = await authorizeHandshake(runtime, { headers, query: {} });
      const isIn = 'principal' in authorized;
      if (isIn !== allowed.includes(given)) throw new Error(`${isIn ? 'let in' : 'refused'} ${given}`);
    };
  },
};
