import type { Tokens } from '../../core/settings.ts';
import { consoleSchema, type SignInAt, signInAt, takesTokensOf } from '../../lib/settings/consoleSignIn.ts';
import { CannotStart } from '../cannotStart.ts';
import { readCdkJson } from '../cdkJson.ts';
import { isRecord } from '../http/httpJson.ts';
import type { ChosenOptions } from '../stackOptions.ts';

/**
 * How one signs in to the console of a stack that takes the tokens of its stage, as the stage says. It is not in the
 * template, since on a laptop that has no console.
 *
 * @param tokens those that the stack takes
 * @throws {CannotStart} naming what is wrong in cdk.json
 */
export function stageSignIn(
  { root, stage, settings }: Pick<ChosenOptions, 'root' | 'stage' | 'settings'>,
  tokens: Tokens,
): SignInAt | undefined {
  const { stages } = readCdkJson(root).context;
  const declared = isRecord(stages) ? stages[stage] : undefined;
  const said = { ...Object(declared), ...settings }.console as unknown;
  const parsed = consoleSchema.safeParse(said);
  const where = `cdk.json: context.stages.${stage}.console`;
  if (!parsed.success) {
    const [{ path, message } = { path: [], message: '' }] = parsed.error.issues;
    throw new CannotStart(`${[where, ...path].join('.')}: ${message}`);
  }
  if (typeof parsed.data === 'boolean') return undefined;
  if (!takesTokensOf(parsed.data, tokens))
    throw new CannotStart(`${where}.clientId: must be in tokens.audience, since ID tokens are sent.`);
  return signInAt(parsed.data, tokens);
}
