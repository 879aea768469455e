import { type ParseArgsConfig, parseArgs } from 'node:util';

/** The command line is at fault, so where in the program it was found says nothing: the message is all there is to show. */
export class WrongUsage extends Error {}

/**
 * As `parseArgs`, for a command of `npm run`.
 *
 * @throws {WrongUsage} for what it refuses; says where the options are told
 */
export function readOptions<const C extends ParseArgsConfig>(command: string, config: C) {
  try {
    return parseArgs(config);
  } catch (cause) {
    // Node goes on about words that begin with a minus, which is hardly ever what was meant.
    const [said] = String(cause instanceof Error ? cause.message : cause).split(/[.\n]/, 1);
    throw new WrongUsage(`${said}. See npm run ${command} -- --help.`, { cause });
  }
}
