import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { bench } from '../measure.ts';
import { spreadOf } from '../results.ts';
import {
  eventsFor,
  measuredFunctions,
  type Name,
  requireDone,
  toAccept,
  toFollow,
  toLookUp,
} from './events.ts';
import { bundledEngine, bundledWorker } from './functions.ts';
import { lambdaNode } from './lambdaNode.ts';
import { type Services, startServices } from './services.ts';

interface Cost {
  readonly start: number;
  readonly requests: readonly number[];
  readonly answers: readonly unknown[];
  readonly peak: number;
}

/** Of the functions that are a feature's. */
const workers: Readonly<Partial<Record<Name, string>>> = {
  work: 'features/jobs/lambdas/work',
  stream: 'features/assistant/lambdas/stream',
};

function pathOf(name: Name): string {
  const worker = workers[name];
  return (worker === undefined ? bundledEngine(name) : bundledWorker(worker)).path;
}

/** @throws Error where the function fails, or answers with an error or reports one */
function run(name: Name, { environment }: Services, events: readonly object[]): Promise<Cost> {
  const program = fileURLToPath(new URL('./functionProcess.mjs', import.meta.url));
  const input = JSON.stringify({ path: pathOf(name), events });
  return new Promise((resolve, reject) => {
    const done = (error: Error | null, stdout: string, stderr: string) => {
      if (error) return reject(new Error(`${name}: ${stderr.slice(-2_000)}`));
      const cost = JSON.parse(stdout) as Cost;
      const said = [...cost.answers.map((answer) => JSON.stringify(answer)), ...stderr.split('\n')];
      const wrong = said.find((text) => text !== undefined && failure.test(text));
      return wrong === undefined ? resolve(cost) : reject(new Error(`${name}: ${wrong.slice(0, 2_000)}`));
    };
    const options = { env: { PATH: process.env.PATH ?? '', ...environment }, maxBuffer: 1e9 };
    execFile(lambdaNode(), [program], options, done).stdin?.end(input);
  });
}

const failure = /"error"|"Deny"|"statusCode":[45]|itemIdentifier|"level":"ERROR"/;

/** All functions, once each. @throws Error where one of them does not do what it is asked for */
async function costs(): Promise<ReadonlyMap<string, Cost>> {
  const services = await startServices();
  try {
    const measured = new Map<Name, Cost>();
    const ask = async (events: readonly object[]) =>
      events.length === 0 ? [] : (await run('message', services, events)).answers;
    for (const name of measuredFunctions) {
      const accepted = await ask(toAccept(name));
      measured.set(name, await run(name, services, eventsFor(name, services.token, accepted)));
      requireDone(name, await ask(toLookUp(name, accepted)));
      if (name === 'connect') await ask(toFollow());
    }
    return measured;
  } finally {
    await services.stop();
  }
}

/** By the run: all functions are measured together, for each needs what others leave. */
const passes: Promise<ReadonlyMap<string, Cost>>[] = [];
const asked = new Map<string, number>();

/** In new processes: what memory and time a function needs comes of this (docs/operating.md). */
export const requests = bench({
  name: 'requests',
  measures:
    'processor time and memory of functions under Node 24, over TLS: a record to 10 readers, units of 500 posts, batches of 100 events',
  figures: {
    start: { unit: 'CPU ms', better: 'less' },
    first: { unit: 'CPU ms', better: 'less' },
    warm: { unit: 'CPU ms', better: 'less' },
    peak: { unit: 'MB', better: 'less' },
  },
  variants: measuredFunctions,
  async measure(name) {
    const run = asked.get(name) ?? 0;
    asked.set(name, run + 1);
    passes[run] ??= costs();
    const {
      start = 0,
      requests: [first = 0, ...others] = [],
      peak = 0,
    } = (await passes[run])?.get(name) ?? {};
    return { start, first, warm: spreadOf(others.slice(-8)).median, peak };
  },
});
