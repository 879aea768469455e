import { readOptions, WrongUsage } from '../scripts/readOptions.ts';
import { benchBroadcast } from './broadcast.ts';
import { benchPosts } from './posts.ts';

const help = `npm run bench -- [posts] [broadcast] [--runs N]

Measures against a baseline in the same run; only the ratios mean anything on another machine.

  posts      CPU of posting to @connections, ours against the SDK as it comes
  broadcast  frames that 1,000 sockets get a second, one interaction at a time through the whole local
             stack, against a server of bare ws that sends the same frames

Without a name, both. --runs N: how often each variant runs, in turn; the median counts (default 5).
`;

const benches: Readonly<Record<string, (runs: number) => Promise<void>>> = {
  posts: benchPosts,
  broadcast: benchBroadcast,
};

try {
  await main();
} catch (error) {
  if (!(error instanceof WrongUsage)) throw error;
  console.error(error.message);
  process.exitCode = 2;
}

async function main(): Promise<void> {
  const { values, positionals } = readOptions('bench', {
    allowPositionals: true,
    options: { help: { type: 'boolean' }, runs: { type: 'string', default: '5' } },
  });
  if (values.help) return void process.stdout.write(help);
  const unknown = positionals.find((name) => !Object.hasOwn(benches, name));
  if (unknown !== undefined) {
    throw new WrongUsage(`There is no bench "${unknown}". See npm run bench -- --help.`);
  }
  const runs = Number(values.runs);
  if (!Number.isInteger(runs) || runs < 1) throw new WrongUsage('--runs takes a whole number from 1.');
  for (const [name, run] of Object.entries(benches)) {
    if (positionals.length === 0 || positionals.includes(name)) await run(runs);
  }
}
