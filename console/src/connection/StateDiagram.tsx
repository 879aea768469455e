import type { Status } from '@tidings/client';
import css from './StateDiagram.module.css';
import { statusWord, statusWords } from './statusWord.ts';

type State = Status['state'];

const width = 96;
const height = 32;
/** In two columns: what is written in it is as large as elsewhere also where there is little room. */
const boxes: Readonly<Record<State, { readonly x: number; readonly y: number }>> = {
  idle: { x: 1, y: 1 },
  connecting: { x: 153, y: 1 },
  waiting: { x: 1, y: 75 },
  open: { x: 153, y: 75 },
  closed: { x: 153, y: 149 },
};

/** A way from one state to the next: its line, its word, and where that stands. */
interface Way {
  readonly line: string;
  readonly word: string;
  readonly at: readonly [x: number, y: number];
  readonly anchor?: 'start' | 'end' | 'middle';
}

const ways: readonly Way[] = [
  { line: 'M97 17H151', word: 'asked', at: [124, 11] },
  { line: 'M216 33V73', word: 'hello', at: [220, 57], anchor: 'start' },
  { line: 'M186 33 84 73', word: 'failed', at: [150, 61], anchor: 'start' },
  { line: 'M54 75 151 28', word: 'time', at: [84, 52], anchor: 'end' },
  { line: 'M153 91H99', word: 'lost', at: [126, 104] },
  { line: 'M216 107V147', word: 'for good', at: [212, 131], anchor: 'end' },
  { line: 'M54 107 151 162', word: 'never', at: [86, 142], anchor: 'end' },
];

/** The client's connection as a state machine: which states there are, how one leads to the next, where it is. */
export function StateDiagram({ status }: { readonly status: Status }) {
  const { word, tone } = statusWord(status);
  return (
    <svg className={css.diagram} viewBox="0 0 250 182" role="img" aria-label={`The connection: ${word}`}>
      <defs>
        <marker id="arrow" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto">
          <path d="M0 0.5 7 4 0 7.5z" className={css.tip} />
        </marker>
      </defs>
      {ways.map(({ line, word: name, at: [x, y], anchor = 'middle' }) => (
        <g key={name}>
          <path d={line} className={css.way} markerEnd="url(#arrow)" />
          <text x={x} y={y} textAnchor={anchor} className={css.word}>
            {name}
          </text>
        </g>
      ))}
      {(Object.keys(boxes) as State[]).map((state) => {
        const { x, y } = boxes[state];
        const isHere = state === status.state;
        return (
          <g key={state} className={isHere ? [css.here, css[tone]].join(' ') : css.box}>
            <rect x={x} y={y} width={width} height={height} rx="6" />
            <text x={x + width / 2} y={y + 20.5} textAnchor="middle">
              {statusWords[state].word}
            </text>
          </g>
        );
      })}
    </svg>
  );
}
