import type { Status } from '@tidings/client';
import css from './StateDiagram.module.css';
import { statusWord, statusWords } from './statusWord.ts';

type State = Status['state'];

const width = 92;
const height = 32;
const boxes: Readonly<Record<State, { readonly x: number; readonly y: number }>> = {
  idle: { x: 2, y: 10 },
  connecting: { x: 150, y: 10 },
  open: { x: 298, y: 10 },
  waiting: { x: 150, y: 98 },
  closed: { x: 298, y: 98 },
};

/** A way from one state to the next: its line, its word, and where that stands. */
interface Way {
  readonly line: string;
  readonly word: string;
  readonly at: readonly [x: number, y: number];
  readonly anchor?: 'start' | 'end' | 'middle';
}

const ways: readonly Way[] = [
  { line: 'M94 26H148', word: 'asked', at: [121, 20] },
  { line: 'M242 26H296', word: 'hello', at: [269, 20] },
  { line: 'M182 42V96', word: 'failed', at: [178, 74], anchor: 'end' },
  { line: 'M210 98V44', word: 'time', at: [214, 74], anchor: 'start' },
  { line: 'M312 42 244 104', word: 'lost', at: [272, 68], anchor: 'end' },
  { line: 'M344 42V96', word: 'for good', at: [348, 74], anchor: 'start' },
  { line: 'M242 118H296', word: 'never', at: [269, 132] },
];

/** The client's connection as a state machine: which states there are, how one leads to the next, where it is. */
export function StateDiagram({ status }: { readonly status: Status }) {
  const { word, tone } = statusWord(status);
  return (
    <svg className={css.diagram} viewBox="0 0 400 142" role="img" aria-label={`The connection: ${word}`}>
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
