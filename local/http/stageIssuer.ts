import { Tokens } from '../../core/settings.ts';
import { isRecord, sendJson } from './httpJson.ts';
import type { Issuer } from './issuer.ts';

const message =
  'This stack was started with --tokens stage: it takes the tokens of the issuer that its stage names, and gives none itself.';

/** What stands in the place of the local issuer where tokens are the stage's. */
export const noIssuer: Issuer = {
  sign: () => Promise.reject(new Error(message)),
  async handle(_request, response) {
    sendJson(response, 404, { message });
  },
};

/** Whose tokens the functions of a stack take. */
export function trustedTokens(
  functions: readonly { readonly env: Readonly<Record<string, string>> }[],
): Tokens | undefined {
  const text = functions.find(({ env }) => env.SETTINGS !== undefined)?.env.SETTINGS;
  const settings: unknown = text === undefined ? undefined : JSON.parse(text);
  return isRecord(settings) ? Tokens.safeParse(settings.tokens).data : undefined;
}
