import { parseArgs } from 'node:util';
import { benchBroadcast } from './broadcast.ts';
import { benchPosts } from './posts.ts';

const help = `npm run bench -- [posts] [broadcast] [--runs N]

Measures against a baseline in the same run; only the ratios mean anything on another machine.

  posts      CPU of posting to @connections, ours against the SDK as it comes
  broadcast  frames that 1,000 sockets get a second, one interaction at a time through the whole local
             stack, against a server of bare ws that sends the same frames

Without a name, both. --runs N: how often each variant runs, in turn; the median counts (default 5).`;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { help: { type: 'boolean' }, runs: { type: 'string', default: '5' } },
});
const benches: Record<string, (runs: number) => Promise<void>> = {
  posts: benchPosts,
  broadcast: benchBroadcast,
};
const unknown = positionals.find((name) => !benches[name]);
const runs = Number(values.runs);
if (values.help) {
  console.error(help);
} else if (unknown !== undefined || !Number.isInteger(runs) || runs < 1) {
  console.error(
    unknown === undefined ? '--runs takes a whole number from 1' : `There is no bench "${unknown}".`,
  );
  console.error(help);
  process.exitCode = 2;
} else {
  for (const [name, run] of Object.entries(benches)) {
    if (positionals.length === 0 || positionals.includes(name)) await run(runs);
  }
}
