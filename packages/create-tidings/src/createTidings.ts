import { parseArgs } from 'node:util';
import { type AppOptions, makeApp, UsageError } from './makeApp.ts';

const help = `Makes an app on Tidings in a folder of its own.

  npm create tidings NAME [-- options]

  NAME             the folder, and the name of the app: lower-case letters, digits and -
  --packages DIR   take the packages of Tidings from the packed files in DIR, not from the registry
  --help           this text
`;

/** @throws UsageError */
function read(words: string[]): AppOptions | undefined {
  const options = { packages: { type: 'string' }, help: { type: 'boolean' } } as const;
  let parsed: ReturnType<typeof parseArgs<{ options: typeof options; allowPositionals: true }>>;
  try {
    parsed = parseArgs({ args: words, options, allowPositionals: true });
  } catch (cause) {
    throw new UsageError(String((cause as Error).message).split('. ')[0] ?? '', { cause });
  }
  const { values, positionals } = parsed;
  if (values.help) return undefined;
  const [name, extra] = positionals;
  if (name === undefined) throw new UsageError('the name of the app is missing');
  if (extra !== undefined) throw new UsageError(`${JSON.stringify(extra)} is one word too many`);
  return { name, ...(values.packages !== undefined && { packages: values.packages }) };
}

try {
  const options = read(process.argv.slice(2));
  if (!options) process.stdout.write(help);
  else {
    await makeApp(options);
    process.stdout.write(`${options.name} is made. Next:

  cd ${options.name}
  npm install
  npm test
  npm run dev
`);
  }
} catch (error) {
  if (!(error instanceof UsageError)) throw error;
  console.error(`${error.message}. See npm create tidings -- --help.`);
  process.exitCode = 2;
}
