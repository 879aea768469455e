import type { LoadOptions } from '../test/load/laneRun.ts';
import { positive, runCommand, WrongUsage, whole } from './runCommand.ts';

const help = `Usage: npm run load -- LANE [options]
       npm run load -- drills [NAME…]

Runs that take minutes and are not part of npm test. Each starts a local stack in a process of its own.

  race       rounds of 50 connects at once with a limit of 5: always exactly 5
  audience   one feed with thousands of connections, and posts that fail in every way
  fuzz       frames, handshakes, tokens, topics, origins, refs and raw bytes that nobody should send
  storm      all sockets die at once, and come back
  kills      kill -9 again and again under jobs and questions; five hours later all that was acknowledged gets done
  drills     those of docs/runbook.md, one after the other, or only the named ones: is nothing lost, and does it recover?
  soak       traffic, churn and faults for minutes: nothing is lost, and memory stays flat
  console    a Chromium has the console open while 50 events a second come: all are shown, and its memory stays flat

Flat is said of the stack's process, by Sen's slope through the least of each half minute, with its bounds at 95 %, and
by the first and last two minutes: what is alive after a collection (objects and buffers, without compiled code) grows
by less than 0.1 MB a minute, which is 1 MB in ten minutes, and the resident memory by less than 3, since freed pages
stay with a process. The DynamoDB engine is another process and not counted: its data grows with the log. What grows,
and what cannot be told, is wrong; less than 4 minutes, or a run with --memory, are not judged.

  --seed N      what chance begins with (default 1)
  --rounds N    race: how many rounds (default 200); kills: how many kills (5)
  --sockets N   audience: 5,000; storm and soak: 1,000
  --events N    audience: how many events (default 5)
  --inputs N    fuzz: how many inputs in all (default 200,000)
  --minutes M   soak: how long, after a warm-up of six tenths of it with the same traffic (default 10); console: how
                long, of which the first fifth is warm-up
  --rate N      storm: connects a second that the gateway allows (default 25)
  --memory      keep the rows in memory, without a DynamoDB engine; not with kills
  --help        this text

Says on standard error how far it is, and on standard output what it came to. Ends with 1 if anything was wrong.
`;

const command = {
  name: 'load',
  help,
  allowPositionals: true,
  options: {
    seed: { type: 'string', default: '1' },
    rounds: { type: 'string' },
    sockets: { type: 'string' },
    events: { type: 'string', default: '5' },
    inputs: { type: 'string', default: '200000' },
    minutes: { type: 'string', default: '10' },
    rate: { type: 'string', default: '25' },
    memory: { type: 'boolean', default: false },
  },
} as const;

await runCommand(command, async ({ values, positionals }) => {
  // Loaded here: the whole stack is behind it, which a wrong option need not wait for.
  const { lanes } = await import('../test/load/lanes.ts');
  const [name = '', ...named] = positionals;
  const lane = Object.hasOwn(lanes, name) ? lanes[name as keyof typeof lanes] : undefined;
  if (!lane || (named.length > 0 && name !== 'drills')) {
    throw new WrongUsage(`Name one of: ${Object.keys(lanes).join(', ')}.`);
  }
  if (name === 'kills' && values.memory)
    throw new WrongUsage('kills needs rows that outlive their process: leave out --memory.');
  const { isDrill, drillNames } = await import('../test/load/drills/drills.ts');
  if (!named.every(isDrill)) throw new WrongUsage(`The drills are: ${drillNames.join(', ')}.`);
  const began = performance.now();
  const seconds = () => Math.round((performance.now() - began) / 1000);
  const options: LoadOptions = {
    seed: whole('seed', values.seed),
    rounds: whole('rounds', values.rounds ?? (name === 'kills' ? '5' : '200')),
    sockets: whole('sockets', values.sockets ?? (name === 'audience' ? '5000' : '1000')),
    events: whole('events', values.events),
    inputs: whole('inputs', values.inputs),
    minutes: positive('minutes', values.minutes),
    rate: whole('rate', values.rate),
    memory: values.memory,
    drills: named,
    log: (line) => void process.stderr.write(`${String(seconds()).padStart(4)} s  ${line}\n`),
  };
  const { figures, wrong } = await lane(options);
  const lines = Object.entries(figures).map(([figure, value]) => `${figure.padEnd(28)}${shown(value)}`);
  const ended = wrong.length === 0 ? ['nothing was wrong'] : wrong.map((what) => `WRONG: ${what}`);
  process.stdout.write(
    `${[`${name}, seed ${options.seed}, ${seconds()} s`, ...lines, ...ended].join('\n')}\n`,
  );
  if (wrong.length > 0) process.exitCode = 1;
});

function shown(value: number | string): string {
  return typeof value === 'number' ? value.toLocaleString('en', { maximumFractionDigits: 2 }) : value;
}
