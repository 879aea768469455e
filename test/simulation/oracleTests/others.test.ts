import { expect, it } from 'vitest';
import { judge } from '../oracle/oracle.ts';
import { recorded } from './recorded.ts';
import { tamperingWith } from './tampering.ts';

// Without faults, so that nothing is forgiven.
const evidence = recorded('spiteful');
const { withLine, lines, whatIsWrong } = tamperingWith(evidence);

const asked = new Map(lines.filter(({ k }) => k === 'ask').map((line) => [`${line.d} ${line.ref}`, line]));
/** The acknowledgement of somebody else's change, among all that anybody got. */
const acknowledgement = lines
  .filter(({ k }) => k === 'got')
  .findIndex(({ d, frame }) => {
    const { type, ref } = JSON.parse(String(frame));
    return type === 'ack' && /^d\d/.test(String(d)) && asked.get(`${d} ${ref}`)?.action === 'message.send';
  });

it('beside somebody spiteful, whose requests are refused, all is in order', () => {
  const verdict = judge(evidence);
  expect(lines[0]).toMatchObject({ severity: 0, spiteful: true });
  expect(verdict.violations).toEqual([]);
  expect(verdict.exercised['changes beside somebody spiteful']).toBeGreaterThan(50);
  expect(verdict.exercised['refusals of somebody spiteful for a limit']).toBeGreaterThan(20);
});

it('a change of another one that is answered after four seconds, or never, is found', () => {
  const late = withLine('got', (line) => [{ ...line, t: Number(line.t) + 4000 }], acknowledgement);
  expect(whatIsWrong(late)).toMatch(/I18 d\d+ waited \d{4} ms for message\.send/);
  expect(whatIsWrong(withLine('got', () => [], acknowledgement))).toMatch(/I18 d\d+ waited in vain/);
});

it('another one who is refused for a limit is found', () => {
  const refused = withLine(
    'got',
    (line) => {
      const { ref } = JSON.parse(String(line.frame));
      const frame = JSON.stringify({ type: 'error', ref, payload: { code: 'limit_exceeded' } });
      return [{ ...line, frame }];
    },
    acknowledgement,
  );
  expect(whatIsWrong(refused)).toMatch(/I18 d\d+ was refused message\.send for a limit/);
});
