import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';

/** What answers DynamoDB's requests. `memory` has no endpoint: there the functions get the memory adapters. */
export interface Engine {
  readonly name: 'dynoxide' | 'external' | 'memory';
  readonly endpoint?: string;
  stop(): Promise<void>;
}

export interface EngineOptions {
  readonly memory: boolean;
  /** Where dynoxide keeps its file. Absent: nothing is kept. */
  readonly dataDir?: string;
  /** `AWS_ENDPOINT_URL_DYNAMODB`. */
  readonly external: string | undefined;
  readonly log: (text: string) => void;
}

/** Takes the first that applies: the memory adapters by request, an engine that runs already, dynoxide, the memory adapters. */
export async function openEngine({ memory, dataDir, external, log }: EngineOptions): Promise<Engine> {
  const inMemory: Engine = { name: 'memory', stop: async () => {} };
  if (memory) return inMemory;
  if (external) return { name: 'external', endpoint: external, stop: async () => {} };
  const binary = dynoxideBinary();
  if (!binary) {
    log(
      'No DynamoDB engine for this machine: rows are kept in memory. Set AWS_ENDPOINT_URL_DYNAMODB to use one that runs already.',
    );
    return inMemory;
  }
  return startDynoxide(binary, dataDir);
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

// The engine does not end with its parent nor with its standard input, so a shell ends it when the pipe to us
// closes, which the kernel does however we die. `detached`: Ctrl-C in a terminal must reach us alone, or the
// engine would be gone while functions still finish.
const endWithPipe = '"$0" "$@" & p=$!; (read _; kill $p) <&3 2>/dev/null & wait $p';

/** Starts the engine on a port of its own. @throws where it does not answer within 10 s, with what it printed. */
export async function startDynoxide(
  binary: string,
  dataDir?: string,
): Promise<Engine & { endpoint: string }> {
  if (dataDir !== undefined) await mkdir(dataDir, { recursive: true });
  const port = await freePort();
  const file = dataDir === undefined ? [] : ['--db-path', join(dataDir, 'table.db')];
  const child = spawn('sh', ['-c', endWithPipe, binary, 'serve', '--port', String(port), ...file], {
    stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
    detached: true,
  });
  let printed = '';
  const note = (text: Buffer) => {
    printed = `${printed}${text}`.slice(-2_000);
  };
  child.stdout?.on('data', note);
  child.stderr?.on('data', note);
  const endpoint = `http://127.0.0.1:${port}`;
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
  const giveUpAt = performance.now() + 10_000;
  while (child.exitCode === null && performance.now() < giveUpAt) {
    const answer = await fetch(endpoint).catch(() => undefined);
    await answer?.arrayBuffer();
    if (answer) return;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  child.stdio[3]?.destroy();
  throw new Error(`The DynamoDB engine did not start: ${printed().trim() || 'it printed nothing.'}`);
}

/** The engine takes port 0 but never says which port it got. */
async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
