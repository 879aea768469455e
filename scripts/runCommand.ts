import { type ParseArgsConfig, parseArgs } from 'node:util';

/** The command line is at fault, so where in the program it was found says nothing: the message is all there is to show. */
export class WrongUsage extends Error {}

export interface Command extends ParseArgsConfig {
  /** As in `npm run NAME`. */
  readonly name: string;
  /** What `--help` prints; the option itself need not be declared. */
  readonly help: string;
  /** Errors that are no mistake of the command: of them, the message is shown alone. */
  readonly expected?: readonly (new (
    ...args: never[]
  ) => Error)[];
}

type Parsed<C extends Command> = ReturnType<typeof parseArgs<C>>;

/** Runs a command of `npm run`. Whatever is thrown is shown on standard error, and the process then ends with 1. */
export async function runCommand<const C extends Command>(
  command: C,
  main: (parsed: Parsed<C>) => Promise<void>,
): Promise<void> {
  const { name, help, expected = [] } = command;
  // On Node 20 the SDK says five lines about releases to come, which who runs a command can do nothing about.
  process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= 'true';
  try {
    const parsed = parse(command);
    if ((parsed.values as { help?: boolean }).help) process.stdout.write(help);
    else await main(parsed as Parsed<C>);
  } catch (error) {
    process.exitCode = 1;
    if (error instanceof WrongUsage) console.error(`${error.message} See npm run ${name} -- --help.`);
    else if (expected.some((kind) => error instanceof kind)) console.error((error as Error).message);
    else console.error(error);
  }
}

function parse({ name: _name, help: _help, expected: _expected, ...config }: Command) {
  try {
    return parseArgs({ ...config, options: { ...config.options, help: { type: 'boolean' } } });
  } catch (cause) {
    // Node goes on about words that begin with a minus, which is hardly ever what was meant.
    const [said] = String(cause instanceof Error ? cause.message : cause).split(/[.\n]/, 1);
    throw new WrongUsage(`${said}.`, { cause });
  }
}

/** @throws {WrongUsage} */
export function whole(option: string, text: string): number {
  const value = Number(text);
  if (Number.isSafeInteger(value) && value >= 1) return value;
  throw new WrongUsage(`--${option} must be a whole number from 1, not "${text}".`);
}

/** @throws {WrongUsage} */
export function positive(option: string, text: string): number {
  const value = Number(text);
  if (value > 0 && Number.isFinite(value)) return value;
  throw new WrongUsage(`--${option} must be a number above 0, not "${text}".`);
}
