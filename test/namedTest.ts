import { readFileSync } from 'node:fs';

const root = new URL('..', import.meta.url);

/** All by which vitest leaves a test out, or others because of it; at the test or at what it stands in. */
const leavesOut =
  /\b(?:test|it|describe|suite)(?:\.\w+)*\.(?:skip|todo|only|fails|skipIf|runIf)\b|\b(?:\w+\.)?skip\(/;

/** CI is Linux. */
const onLinux = ".skipIf(process.platform !== 'linux')";

/** What is wrong with the word of a document that this test shows something; nothing where that is right. */
export function whatIsWrongWith(file: string, name: string): string | undefined {
  return whatIsWrongIn(readFileSync(new URL(file, root), 'utf8'), name);
}

/** By the whole file: whatever is left out of one that a document names is left out of what the document says. */
export function whatIsWrongIn(text: string, name: string): string | undefined {
  // The first argument of a call, or of a row of `each`, and no word of a comment.
  if (!text.split(`'${name}'`).slice(0, -1).some(endsInCall)) return `there is no test '${name}'`;
  const [how] = leavesOut.exec(text.replaceAll(onLinux, '')) ?? [];
  return how && `${how} leaves a test out`;
}

const endsInCall = (before: string) => /[([]\s*$/.test(before);
