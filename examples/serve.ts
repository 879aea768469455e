import type { IncomingMessage, ServerResponse } from 'node:http';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { CannotStart } from '../local/cannotStart.ts';
import { type LoopbackServerOptions, openLoopbackServer } from '../local/http/loopbackServer.ts';

export interface ServedExample {
  readonly url: string;
  close(): Promise<void>;
}

export interface ServeOptions {
  /** The folder of `examples/`. */
  readonly name: 'page' | 'react';
  /** Where the stack is. @default http://127.0.0.1:4510 */
  readonly stackUrl?: string;
  /** @default 5173, or any that is free where that is taken */
  readonly port?: number;
}

/**
 * Serves an example that is built anew for each load.
 *
 * @throws {CannotStart} where the port that was asked for is taken
 */
export async function serveExample(options: ServeOptions): Promise<ServedExample> {
  const { name, stackUrl = 'http://127.0.0.1:4510', port } = options;
  const answer = async (request: IncomingMessage, response: ServerResponse) => {
    const { pathname } = new URL(request.url ?? '/', 'http://localhost');
    if (pathname === '/app.js') return send(response, 200, 'text/javascript', await bundle(name, stackUrl));
    if (pathname === '/') return send(response, 200, 'text/html', page(name));
    send(response, 404, 'text/plain', 'There is nothing here.');
  };
  const server = await openPage(port, {
    host: 'localhost',
    whenTaken: 'choose another one with --port N, or give none for any that is free',
    request: answer,
  });
  return { url: `http://localhost:${server.port}/`, close: server.close };
}

/** Bookmarks stay good while the usual port is free. */
async function openPage(port: number | undefined, options: LoopbackServerOptions) {
  if (port !== undefined) return openLoopbackServer({ ...options, port });
  try {
    return await openLoopbackServer({ ...options, port: 5173 });
  } catch (error) {
    if (!(error instanceof CannotStart)) throw error;
    return openLoopbackServer(options);
  }
}

function send(response: ServerResponse, status: number, type: string, body: string): void {
  response.writeHead(status, { 'content-type': `${type}; charset=utf-8`, 'cache-control': 'no-store' });
  response.end(body);
}

async function bundle(name: string, stackUrl: string): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [fileURLToPath(new URL(`${name}/main.${name === 'react' ? 'tsx' : 'ts'}`, import.meta.url))],
    bundle: true,
    format: 'esm',
    target: 'es2022',
    jsx: 'automatic',
    write: false,
    define: {
      'process.env.NODE_ENV': '"development"',
      STACK_URL: JSON.stringify(stackUrl),
    },
  });
  return outputFiles[0]?.text ?? '';
}

const page = (name: string) => `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<link rel="icon" href="data:,">
<title>Tidings: the ${name} example</title>
<style>
  :root { color-scheme: light dark; --line: #8884; --accent: #0a6c74; }
  body { font: 16px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; }
  h1 { font-size: 1.4rem; margin: 0 0 .25rem; } h2 { font-size: 1.05rem; margin: 0 0 .5rem; }
  main { display: grid; grid-template-columns: repeat(auto-fit, minmax(17rem, 1fr)); gap: 1rem; margin-top: 1rem; }
  section { border: 1px solid var(--line); border-radius: .5rem; padding: 1rem; }
  ul { list-style: none; margin: 0 0 .75rem; padding: 0; } li { padding: .25rem 0; border-top: 1px solid var(--line); overflow-wrap: anywhere; }
  button, input { font: inherit; padding: .35rem .7rem; border-radius: .35rem; border: 1px solid var(--line); }
  button { background: var(--accent); color: #fff; cursor: pointer; margin-block: .15rem; } form { display: flex; gap: .5rem; } input { flex: 1; min-width: 0; }
  .status { font-variant-numeric: tabular-nums; } .quiet { opacity: .6; }
</style>
<div id="app"></div>
<script type="module" src="/app.js"></script>
`;
