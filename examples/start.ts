import { CannotStart } from '../local/cannotStart.ts';
import { runCommand, WrongUsage } from '../scripts/runCommand.ts';
import { serveExample } from './serve.ts';

const help = `Serves an example while npm run dev is running.

  npm run example:page  -- [options]   a page without a framework
  npm run example:react -- [options]   the same and more in React

  --port N   the port of the page (default 5173, or any that is free where that is taken)
  --help     this text

STACK_URL names a stack that is elsewhere than at http://127.0.0.1:4510.
`;

const [example = '', ...args] = process.argv.slice(2);
const name = example === 'react' ? 'react' : 'page';
const command = {
  name: `example:${name}`,
  help,
  expected: [CannotStart],
  args,
  options: { port: { type: 'string' } },
} as const;

await runCommand(command, async ({ values: { port } }) => {
  if (port !== undefined && (!/^\d+$/.test(port) || Number(port) > 65_535)) {
    throw new WrongUsage('--port must be a whole number from 0 to 65535.');
  }
  const { STACK_URL: stackUrl } = process.env;
  const { url } = await serveExample({
    name,
    ...(stackUrl && { stackUrl }),
    ...(port !== undefined && { port: Number(port) }),
  });
  console.error(`The ${name} example is at ${url}; open it in two tabs.`);
});
