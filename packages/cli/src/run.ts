import type { Command, Surroundings } from './command.ts';
import { contract } from './contract.ts';
import { Failed, UsageError } from './failures.ts';
import { notify } from './notify.ts';
import { send } from './send.ts';
import { stats } from './stats.ts';
import { tail } from './tail.ts';

/** Every command, by its word. */
export const commands: Readonly<Record<string, Command>> = { send, notify, stats, tail, contract };

const width = Math.max(...Object.keys(commands).map((word) => word.length));

export const usage = `tidings COMMAND [options]

${Object.entries(commands)
  .map(([word, { summary }]) => `  ${word.padEnd(width)}   ${summary}`)
  .join('\n')}

tidings COMMAND --help tells a command's options.
Exit codes: 0 done, 1 refused or failed, 2 not understood.
`;

export type ExitCode = 0 | 1 | 2;

/** Does what a command line says. Answers go to `print`, everything else to `complain`. */
export async function run(
  words: readonly string[],
  surroundings: Surroundings & { complain(text: string): void },
): Promise<ExitCode> {
  const { print, complain } = surroundings;
  const [word, ...rest] = words;
  if (word === '--help') {
    print(usage.trimEnd());
    return 0;
  }
  const command = word !== undefined && Object.hasOwn(commands, word) ? commands[word] : undefined;
  if (!command) {
    const said = word === undefined ? 'which command?' : `there is no command ${JSON.stringify(word)}`;
    complain(`${said}\n\n${usage.trimEnd()}`);
    return 2;
  }
  if (rest.includes('--help')) {
    print(command.usage.trimEnd());
    return 0;
  }
  try {
    await command.run(rest, surroundings);
    return 0;
  } catch (error) {
    if (error instanceof UsageError) {
      complain(`${error.message}\nSee tidings ${word} --help.`);
      return 2;
    }
    if (!(error instanceof Failed)) throw error;
    complain(error.message);
    return 1;
  }
}
