import { escapeHtml } from './escapeHtml.ts';

/** What the waiting page runs: no header can ask that an address with a hash be loaded again. */
export const waitingScript = 'setTimeout(() => location.reload(), 500);\n';

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
    `<p>It is tried again when this page is loaded again.</p>\n<pre>${escapeHtml(why)}</pre>`,
    addresses,
  );

const page = (title: string, text: string, addresses: string) => `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<meta name="color-scheme" content="light dark">
<link rel="icon" href="data:,">
<title>${title}</title>
<h1>${title}</h1>
${text}
<pre>${escapeHtml(addresses)}</pre>
`;
