import * as z from 'zod/mini';
import type { Tokens } from '../../core/settings.ts';
import { type ConsoleSignIn, takesTokensOf } from './consoleSignIn.ts';
import type { SignIn } from './signIn.ts';

interface SigningIn {
  readonly tokens?: Pick<Tokens, 'audience' | 'tokenUse'> | undefined;
  readonly signIn?: SignIn | undefined;
  readonly console: boolean | ConsoleSignIn;
}

/** What of a stage’s ways to sign in goes together. */
export const signInRules = [
  z.refine<SigningIn>((stage) => !(stage.signIn && stage.tokens), {
    path: ['signIn'],
    error: 'is for the stack’s own user pool, which there is only without tokens: remove one of the two',
  }),
  z.refine<SigningIn>((stage) => typeof stage.console === 'boolean' || stage.tokens !== undefined, {
    path: ['console'],
    error:
      'names an app of an issuer of your own, and there are no tokens: with true the stack’s own user pool has one',
  }),
  z.refine<SigningIn>(
    ({ console, tokens }) => typeof console === 'boolean' || !tokens || takesTokensOf(console, tokens),
    {
      path: ['console', 'clientId'],
      error: 'must be in tokens.audience: the console sends ID tokens, and those are for its clientId',
    },
  ),
];
