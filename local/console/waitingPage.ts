import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { engineRoot } from '../../lib/functions/appCode.ts';
import { escapeHtml } from './escapeHtml.ts';

/** What the waiting page runs: no header can ask that an address with a hash be loaded again. */
export const waitingScript = 'setTimeout(() => location.reload(), 500);\n';

/** Of the console's looks, by which this page has them too: it is there only where the console's sources are. */
const theme = ['tokens.css', 'base.css'].map((file) => join(engineRoot, 'console/src/ui/theme', file));

const layout = `
main {
  display: grid;
  grid-template-columns: minmax(0, 1fr);
  gap: var(--gap);
  max-width: 820px;
  margin: 0 auto;
  padding: 12vh var(--page) var(--page);
}

p {
  color: var(--muted);
}

pre {
  overflow-x: auto;
  padding: 16px;
  border: 1px solid var(--line);
  border-radius: 8px;
  background: var(--surface);
}
`;

/** The style sheet of these pages. */
export async function waitingStyle(): Promise<string> {
  const parts = await Promise.all(theme.map((file) => readFile(file, 'utf8').catch(() => '')));
  return [...parts, layout].join('');
}

/** Stands in the console's place until it is built. */
export const waitingPage = (addresses: string): string =>
  page(
    'The console is being built',
    `<p>Some seconds, once for these sources. This page goes on by itself.</p>
<script src="/console/waiting.js"></script>`,
    addresses,
  );

/** Stands there where it cannot be built. */
export const failurePage = (why: string, addresses: string): string =>
  page(
    'The console cannot be built',
    `<p>It is tried again when this page is loaded again.</p>\n<pre tabindex="0">${escapeHtml(why)}</pre>`,
    addresses,
  );

const page = (title: string, text: string, addresses: string) => `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<meta name="color-scheme" content="light dark">
<link rel="icon" href="data:,">
<link rel="stylesheet" href="/console/waiting.css">
<title>${title}</title>
<main>
<h1>${title}</h1>
${text}
<pre tabindex="0">${escapeHtml(addresses)}</pre>
</main>
`;
