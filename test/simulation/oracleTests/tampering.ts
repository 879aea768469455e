import { judge } from '../oracle/oracle.ts';
import type { Evidence } from '../simulate.ts';

export type Tampering = Partial<Pick<Evidence, 'lines' | 'atRest' | 'atEnd'>>;
type Line = Record<string, unknown>;

/** Changes to what was seen, for tests that the oracle notices. */
export function tamperingWith(evidence: Evidence) {
  // Of what a tampering leaves as it was, which is nearly all, nothing is parsed twice.
  const texts = new Map<string, unknown>();
  const parse = (text: string) => {
    if (!texts.has(text)) texts.set(text, JSON.parse(text));
    return texts.get(text);
  };
  const parsed = evidence.lines.map((text) => JSON.parse(text) as Line);
  const violationsIn = (tampering: Tampering) => judge({ ...evidence, ...tampering }, parse).violations;

  return {
    lines: parsed,
    /** @returns the invariants that are violated in what is left. */
    found: (tampering: Tampering) => new Set(violationsIn(tampering).map(({ invariant }) => invariant)),
    /** @returns a line for each violation in what is left: the invariant, and what was seen. */
    whatIsWrong: (tampering: Tampering) =>
      violationsIn(tampering)
        .map(({ invariant, what }) => `${invariant} ${what}`)
        .join('\n'),
    /** The transcript with one line of a kind replaced by none, one or several. */
    withLine(kind: string, change: (line: Line) => object[], nth = 3): Tampering {
      const indexes = parsed.flatMap(({ k }, at) => (k === kind ? [at] : []));
      const at = indexes[Math.min(nth, indexes.length - 1)] ?? -1;
      const changed = change(parsed[at] ?? {}).map((line) => JSON.stringify(line));
      return { lines: evidence.lines.toSpliced(at, 1, ...changed) };
    },
    /** The transcript with the first frame that fits changed. @throws where none fits: then the test tests nothing. */
    withFrame(
      fits: (frame: Line, line: Line) => boolean,
      change: (frame: Line, line: Line) => Line,
    ): Tampering {
      const at = parsed.findIndex((line) => line.k === 'got' && fits(JSON.parse(String(line.frame)), line));
      const line = parsed[at];
      if (!line) throw new Error('nobody got such a frame');
      const frame = JSON.stringify(change(JSON.parse(String(line.frame)), line));
      return { lines: evidence.lines.toSpliced(at, 1, JSON.stringify({ ...line, frame })) };
    },
    /** The table when all was over, with each row changed or taken out. */
    atEnd: (change: (row: Evidence['atEnd'][number]) => object | undefined): Tampering => ({
      atEnd: evidence.atEnd.flatMap((row) => (change(row) as Evidence['atEnd'][number] | undefined) ?? []),
    }),
    atRest: (change: (row: Evidence['atRest'][number]) => object | undefined): Tampering => ({
      atRest: evidence.atRest.flatMap((row) => (change(row) as Evidence['atRest'][number] | undefined) ?? []),
    }),
  };
}
