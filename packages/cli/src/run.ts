import { helpFor, usage } from '../bin/help.mjs';
import type { Command, CommandContext } from './command.ts';
import { didYouMean } from './didYouMean.ts';
import { Failed, UsageError } from './failures.ts';

/** Every command, by its word. Each is loaded when it is run. */
export const commands: Readonly<Record<string, () => Promise<Command>>> = {
  send: async () => (await import('./send.ts')).send,
  notify: async () => (await import('./notify.ts')).notify,
  stats: async () => (await import('./stats.ts')).stats,
  tail: async () => (await import('./tail.ts')).tail,
  doctor: async () => (await import('./doctor.ts')).doctor,
  user: async () => (await import('./user.ts')).user,
  redrive: async () => (await import('./redrive.ts')).redrive,
  restored: async () => (await import('./restored.ts')).restored,
  costs: async () => (await import('./costs.ts')).costs,
  contract: async () => (await import('./contract.ts')).contract,
};

export type ExitCode = 0 | 1 | 2;

/** Does what a command line says. Answers go to `print`, everything else to `complain`. */
export async function run(
  words: readonly string[],
  context: CommandContext & { complain(text: string): void },
): Promise<ExitCode> {
  const { print, complain } = context;
  const text = helpFor(words);
  if (text !== undefined) {
    print(text.trimEnd());
    return 0;
  }
  const [word, ...rest] = words;
  const load = word !== undefined && Object.hasOwn(commands, word) ? commands[word] : undefined;
  if (!load) {
    const said = word === undefined ? 'which command?' : `there is no command ${JSON.stringify(word)}`;
    complain(`${said}${didYouMean(word, Object.keys(commands))}\n\n${usage.trimEnd()}`);
    return 2;
  }
  try {
    const command = await load();
    await command.run(rest, context);
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
