import { type ChildProcess, spawn } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { mkdir } from 'node:fs/promises';
import { get } from 'node:http';
import { createRequire } from 'node:module';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { CannotStart } from '../cannotStart.ts';

/** What answers DynamoDB's requests. `memory` has no endpoint: there the functions get the memory adapters. */
export interface Engine {
  readonly name: 'dynoxide' | 'external' | 'memory';
  readonly endpoint?: string;
  stop(): Promise<void>;
}

export interface EngineOptions {
  readonly memory: boolean;
  /** Whether what an engine is asked for is to be counted. @default false */
  readonly strict?: boolean;
  /** Where dynoxide keeps its file. Absent: nothing is kept. */
  readonly dataDir?: string;
  /** `AWS_ENDPOINT_URL_DYNAMODB`. */
  readonly external: string | undefined;
  readonly log: (text: string) => void;
}

/**
 * Takes the first that applies: the memory adapters by request, an engine that runs already, dynoxide, the memory adapters.
 *
 * @returns what opens it: until then nothing was started and nothing written
 * @throws {CannotStart} where rows are to be kept and cannot be
 */
export function chooseEngine({
  memory,
  strict,
  dataDir,
  external,
  log,
}: EngineOptions): () => Promise<Engine> {
  const inMemory = async (): Promise<Engine> => ({ name: 'memory', stop: async () => {} });
  if (memory) {
    if (strict)
      throw new CannotStart(
        '--strict counts what a DynamoDB engine is asked for, and --memory has none: give one of them.',
      );
    if (dataDir !== undefined)
      throw new CannotStart(
        '--memory keeps the rows in memory and --data keeps them in a folder: give one of them.',
      );
    return inMemory;
  }
  if (external) {
    if (dataDir !== undefined)
      log(`The rows are kept by the engine at ${external}; --data keeps the issuer's key.`);
    return async () => ({ name: 'external', endpoint: external, stop: async () => {} });
  }
  const binary = dynoxideBinary();
  if (!binary) {
    if (dataDir !== undefined)
      throw new CannotStart(
        'There is no DynamoDB engine for this machine, so --data cannot keep the rows. Set AWS_ENDPOINT_URL_DYNAMODB to use one that runs already.',
      );
    if (strict)
      throw new CannotStart(
        'There is no DynamoDB engine for this machine, whose requests --strict could count. Set AWS_ENDPOINT_URL_DYNAMODB to use one that runs already.',
      );
    log(
      'No DynamoDB engine for this machine: rows are kept in memory. Set AWS_ENDPOINT_URL_DYNAMODB to use one that runs already.',
    );
    return inMemory;
  }
  return () => startDynoxide(binary, dataDir);
}

function dynoxideBinary(): string | undefined {
  try {
    const manifest = createRequire(import.meta.url).resolve(
      `@dynoxide/${process.platform}-${process.arch}/package.json`,
    );
    return join(manifest, '../dynoxide');
  } catch {
    return undefined;
  }
}

// The engine does not end with its parent or with its standard input. So a shell ends it when the pipe to us
// closes, which the kernel does however we die. `detached`: Ctrl-C in a terminal must reach only us, or the
// engine would be gone while functions still finish.
const endWithPipe = '"$0" "$@" & p=$!; (read _; kill $p) <&3 2>/dev/null & wait $p';

/**
 * Starts the engine out of reach of web pages: it answers every Host and every Origin, and has no option
 * against that.
 *
 * @throws where it does not answer within a minute, with what it printed
 */
async function startDynoxide(binary: string, dataDir?: string): Promise<Engine & { endpoint: string }> {
  if (dataDir !== undefined) await mkdir(dataDir, { recursive: true });
  const { host, port } = await addressBeyondBrowsers();
  const file = dataDir === undefined ? [] : ['--db-path', join(dataDir, 'table.db')];
  const where = ['--host', host, '--port', String(port)];
  const child = spawn('sh', ['-c', endWithPipe, binary, 'serve', ...where, ...file], {
    stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
    detached: true,
  });
  let printed = '';
  const note = (text: Buffer) => {
    printed = `${printed}${text}`.slice(-2_000);
  };
  child.stdout?.on('data', note);
  child.stderr?.on('data', note);
  const endpoint = `http://${host}:${port}`;
  await answering(endpoint, child, () => printed);
  const ended = once(child, 'exit');
  return {
    name: 'dynoxide',
    endpoint,
    async stop() {
      child.stdio[3]?.destroy();
      await ended;
    },
  };
}

async function answering(endpoint: string, child: ChildProcess, printed: () => string): Promise<void> {
  const giveUpAt = performance.now() + 60_000;
  while (child.exitCode === null && performance.now() < giveUpAt) {
    if (await answers(endpoint)) return;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  child.stdio[3]?.destroy();
  throw new Error(`The DynamoDB engine did not start: ${printed().trim() || 'it printed nothing.'}`);
}

/** Not by `fetch`, which refuses the engine's ports as a browser does. */
function answers(endpoint: string): Promise<boolean> {
  return new Promise((resolve) => {
    const asked = get(endpoint, { agent: false }, (answer) => answer.resume().on('end', () => resolve(true)));
    asked.on('error', () => resolve(false));
  });
}

/** Every browser refuses to connect to these, whatever name leads there: https://fetch.spec.whatwg.org/#port-blocking */
export const portsNoBrowserConnectsTo = [3659, 4045, 5060, 5061, 6566, 6665, 6666, 6667, 6668, 6669, 6697];

/** All of 127.0.0.0/8 is loopback on Linux, so that many engines have room on so few ports; elsewhere 127.0.0.1 alone. */
async function addressBeyondBrowsers(): Promise<{ host: string; port: number }> {
  const anywhere = `127.${randomInt(1, 255)}.${randomInt(256)}.${randomInt(1, 255)}`;
  const first = randomInt(portsNoBrowserConnectsTo.length);
  const ports = [...portsNoBrowserConnectsTo.slice(first), ...portsNoBrowserConnectsTo.slice(0, first)];
  for (const host of [anywhere, '127.0.0.1']) {
    for (const port of ports) if (await isFree(host, port)) return { host, port };
  }
  throw new CannotStart(`The DynamoDB engine needs one of the ports ${ports.toSorted().join(', ')}.`);
}

async function isFree(host: string, port: number): Promise<boolean> {
  const server = createServer().listen(port, host);
  try {
    await once(server, 'listening');
  } catch {
    return false;
  }
  server.close();
  await once(server, 'close');
  return true;
}
