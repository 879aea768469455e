import { runCommand, WrongUsage, whole } from '../scripts/runCommand.ts';
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

const command = {
  name: 'bench',
  help,
  allowPositionals: true,
  options: { runs: { type: 'string', default: '5' } },
} as const;

await runCommand(command, async ({ values, positionals }) => {
  const unknown = positionals.find((name) => !Object.hasOwn(benches, name));
  if (unknown !== undefined) throw new WrongUsage(`There is no bench "${unknown}".`);
  const runs = whole('runs', values.runs);
  for (const [name, run] of Object.entries(benches)) {
    if (positionals.length === 0 || positionals.includes(name)) await run(runs);
  }
});
