import { beforeEach, expect, it } from 'vitest';
import type { Claims, TokenVerifier } from '../core/ports.ts';
import { type ManualClock, manualClock } from './memory/clock.ts';

export interface VerifierUnderTest {
  readonly verifier: TokenVerifier;
  /** A token of the issuer that is trusted, with these claims besides what makes it one for us. */
  issue(claims: Claims): Promise<string>;
}

const START_SECONDS = 1_700_000_000;

/** Tests for every verifier. */
export function verifierContract(
  make: (clock: ManualClock, leewaySeconds: number) => Promise<VerifierUnderTest>,
): void {
  let clock: ManualClock;
  let test: VerifierUnderTest;
  beforeEach(async () => {
    clock = manualClock(START_SECONDS * 1_000);
    test = await make(clock, 0);
  });
  const inAnHour = START_SECONDS + 3_600;
  const verdict = async (claims: Claims) => test.verifier.verify(await test.issue(claims));

  it('a good token gives the claims that it was issued with', async () => {
    const claims = {
      sub: 'ada',
      exp: inAnHour,
      tenant: 'acme',
      roles: ['msp', 'client'],
      nested: { a: [1] },
    };
    expect(await verdict(claims)).toMatchObject({ claims });
  });

  it('a token expires in the second that it names', async () => {
    const token = await test.issue({ sub: 'ada', exp: inAnHour });
    await clock.advance(3_600_000 - 1);
    expect(await test.verifier.verify(token)).toHaveProperty('claims');
    await clock.advance(1);
    expect(await test.verifier.verify(token)).toEqual({ refused: 'expiry' });
  });

  it('a token that never expires is not accepted', async () => {
    expect(await verdict({ sub: 'ada' })).toEqual({ refused: 'time' });
  });

  it('a token is not accepted before its time', async () => {
    const claims = { sub: 'ada', exp: inAnHour, nbf: START_SECONDS + 60 };
    expect(await verdict(claims)).toEqual({ refused: 'time' });
    await clock.advance(60_000);
    expect(await verdict(claims)).toHaveProperty('claims');
  });

  it('the issuer’s clock may be off by the leeway and no more, for exp, nbf and iat alike', async () => {
    test = await make(clock, 5);
    const good = { sub: 'ada', exp: inAnHour };
    for (const off of [{ iat: START_SECONDS + 5 }, { nbf: START_SECONDS + 5 }, { exp: START_SECONDS - 4 }]) {
      expect(await verdict({ ...good, ...off }), JSON.stringify(off)).toHaveProperty('claims');
    }
    for (const off of [{ iat: START_SECONDS + 6 }, { nbf: START_SECONDS + 6 }]) {
      expect(await verdict({ ...good, ...off }), JSON.stringify(off)).toEqual({ refused: 'time' });
    }
    expect(await verdict({ ...good, exp: START_SECONDS - 5 })).toEqual({ refused: 'expiry' });
  });

  it.each(['exp', 'iat', 'nbf'])('a token with an absurd %s is invalid', async (claim) => {
    const good = { sub: 'ada', exp: inAnHour, iat: START_SECONDS };
    for (const absurd of [-1, -1e308, 1e308, 2 ** 53, 8.64e12 + 1, `${START_SECONDS}`, true, null, [], {}]) {
      const token = await test.issue({ ...good, [claim]: absurd });
      expect(await test.verifier.verify(token), String(absurd)).toEqual({ refused: 'time' });
    }
  });

  it('a token may be dated to a part of a second', async () => {
    expect(await verdict({ sub: 'ada', exp: inAnHour + 0.5, iat: START_SECONDS - 0.5 })).toHaveProperty(
      'claims',
    );
  });

  it('a text that nobody issued is invalid, and nothing of it is shown', async () => {
    const good = await test.issue({ sub: 'ada', exp: inAnHour });
    for (const token of ['', 'x', 'a.b.c', '..', `${good}x`, good.slice(1), ` ${good}`, 'x'.repeat(10_000)]) {
      expect(await test.verifier.verify(token)).toEqual({ refused: expect.stringMatching(/^[a-z]+$/) });
    }
  });
}
