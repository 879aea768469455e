import type { Command } from './command.ts';
import { adviceOn } from './costs/advice.ts';
import { estimateOf } from './costs/estimate.ts';
import { type FigureName, type Figures, figures, figuresWith, isFigure } from './costs/figures.ts';
import type { Workload } from './costs/model.ts';
import { engine } from './costs/model.ts';
import { figuresReport, reportOf } from './costs/report.ts';
import { didYouMean } from './didYouMean.ts';
import { UsageError } from './failures.ts';
import { readWords } from './readWords.ts';

const options = {
  connections: { type: 'string' },
  events: { type: 'string' },
  receivers: { type: 'string' },
  together: { type: 'string' },
  bytes: { type: 'string' },
  hours: { type: 'string' },
  set: { type: 'string', multiple: true },
  figures: { type: 'boolean' },
  json: { type: 'boolean' },
} as const;

/** A model: it asks nobody, and needs no stack. */
export const costs: Command = {
  async run(words, { print }) {
    const { values } = readWords(words, options);
    const at = figuresWith(ownFigures(values.set ?? []));
    if (values.figures) {
      print(values.json ? JSON.stringify(figuresJson(at)) : figuresReport(at));
      return;
    }
    const made = estimateOf(workloadOf(values), at);
    print(
      values.json ? JSON.stringify({ ...made, advice: adviceOn(made, at), figures: at }) : reportOf(made, at),
    );
  },
};

function workloadOf(values: { readonly [name in keyof Workload]?: string | undefined }): Workload {
  const { connections = '' } = values;
  if (connections === '') throw new UsageError('--connections is missing: say how many are open at a time');
  const workload = {
    connections: numberOf('--connections', connections, { min: 1, whole: true }),
    events: numberOf('--events', values.events ?? '0.5', { min: 0 }),
    receivers: numberOf('--receivers', values.receivers ?? '10', { min: 0, whole: true }),
    together: numberOf('--together', values.together ?? '1', { min: 1, max: 50, whole: true }),
    bytes: numberOf('--bytes', values.bytes ?? '300', { min: 1, max: engine.batchBytes, whole: true }),
    hours: numberOf('--hours', values.hours ?? '24', { min: 0.1, max: 24 }),
  };
  if (workload.receivers > workload.connections) {
    throw new UsageError(
      '--receivers must be at most --connections: each event goes to connections that are open',
    );
  }
  return workload;
}

interface Bounds {
  readonly min: number;
  readonly max?: number;
  readonly whole?: boolean;
}

/** @throws UsageError that says what the option takes. */
function numberOf(option: string, text: string, { min, max = 1e9, whole = false }: Bounds): number {
  // Number('') is 0, and Number('0x10') is 16.
  const value = /^\d+(\.\d+)?$/.test(text) ? Number(text) : Number.NaN;
  if (value >= min && value <= max && (!whole || Number.isInteger(value))) return value;
  const kind = whole ? 'a whole number' : 'a number';
  throw new UsageError(
    `${option} must be ${kind} from ${min} to ${max.toLocaleString('en-US')}, such as ${whole ? Math.ceil(min) : min + 0.5}`,
  );
}

function ownFigures(given: readonly string[]): Partial<Figures> {
  const own: Partial<Record<FigureName, number>> = {};
  for (const one of given) {
    const [, name = '', value = ''] = /^([^=]*)=(.*)$/.exec(one) ?? [];
    if (!isFigure(name)) {
      const meant = didYouMean(name, Object.keys(figures));
      throw new UsageError(`--set must be NAME=NUMBER, with a name that --figures lists${meant}`);
    }
    own[name] = numberOf(`--set ${name}`, value, { min: 0.000001 });
  }
  return own;
}

const figuresJson = (at: Figures) =>
  Object.fromEntries(
    Object.entries(figures).map(([name, figure]) => [name, { ...figure, value: at[name as FigureName] }]),
  );
