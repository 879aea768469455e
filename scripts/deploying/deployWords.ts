import { parseArgs } from 'node:util';
import type { AwsPlace } from '../../packages/cli/src/deployed/awsFailure.ts';
import { WrongUsage } from '../runCommand.ts';

/** What a command line of `npm run deploy` says, for each of the CDK's commands that it runs. */
export interface DeployWords {
  /** For all of them: what the app is made by, and the account. */
  readonly shared: readonly string[];
  /** For `cdk deploy`: these, and all others as they were given. */
  readonly deploy: readonly string[];
  readonly place: AwsPlace;
}

const own = { stage: { type: 'string' } } as const;
const ofAll = {
  context: { type: 'string', short: 'c', multiple: true },
  profile: { type: 'string' },
  region: { type: 'string' },
} as const;
const refused = {
  app: { type: 'string', short: 'a' },
  output: { type: 'string', short: 'o' },
  watch: { type: 'boolean' },
} as const;

const options = { ...own, ...ofAll, ...refused };

/** Not strict: options of `cdk deploy` are not known here. */
const parse = (words: readonly string[]) =>
  parseArgs({ args: [...words], options, strict: false, allowPositionals: true, tokens: true });

/**
 * Reads what has to be known, and leaves the rest as it is.
 *
 * @throws WrongUsage for what would be lost on the way
 */
export function deployWords(words: readonly string[]): DeployWords {
  const { values, tokens } = parse(words);
  for (const name of Object.keys(refused)) {
    if (Object.hasOwn(values, name))
      throw new WrongUsage(
        `--${name} is not for npm run deploy: use the CDK's command line, npx cdk deploy.`,
      );
  }
  for (const name of [...Object.keys(own), ...Object.keys(ofAll)] as (keyof typeof options)[]) {
    if ([values[name]].flat().includes(true)) throw new WrongUsage(`--${name} needs a value.`);
  }
  const { stage, context = [], profile, region } = values as Texts;
  const shared = [
    ...context.flatMap((pair) => ['--context', pair]),
    ...(stage === undefined ? [] : ['--context', `stage=${stage}`]),
    ...(profile === undefined ? [] : ['--profile', profile]),
    ...(region === undefined ? [] : ['--region', region]),
  ];
  return {
    shared,
    deploy: [...shared, ...rest(words, tokens)],
    place: { ...(profile !== undefined && { profile }), ...(region !== undefined && { region }) },
  };
}

interface Texts {
  readonly stage?: string;
  readonly context?: readonly string[];
  readonly profile?: string;
  readonly region?: string;
}

/** The words without the options that were read, and their values. */
function rest(words: readonly string[], tokens: ReturnType<typeof parse>['tokens']): readonly string[] {
  const taken = new Set<number>();
  for (const token of tokens) {
    if (token.kind !== 'option' || !Object.hasOwn(options, token.name)) continue;
    taken.add(token.index);
    if (token.inlineValue === false) taken.add(token.index + 1);
  }
  return words.filter((_word, at) => !taken.has(at));
}
