import { type MetricName, type MetricRules, metrics } from '../../core/metrics.ts';
import { parseObject } from '../http/httpJson.ts';

/** A figure out of a function's log. */
export interface Figure {
  readonly metric: MetricName;
  readonly values: readonly number[];
  /** What it is split by. */
  readonly by?: string;
}

/** A handshake that a function refused, as it says itself. */
export interface LoggedRefusal {
  readonly status: number;
  readonly check: string;
  readonly why: string;
  readonly requestId: string;
}

export type FunctionLine = { readonly figures: readonly Figure[] } | { readonly refusal: LoggedRefusal };

/** What a feature of the app's own writes under another one stays in its log. */
const ourNamespace = '"Namespace":"Tidings"';

const rules: Readonly<Record<string, MetricRules>> = metrics;

/** What a line of a function's log says that is counted here; nothing for all others. */
export function readFunctionLine(line: string): FunctionLine | undefined {
  // Most lines are neither, and need not be parsed to see that.
  if (line.startsWith('{"_aws":')) return line.includes(ourNamespace) ? figuresOf(parsed(line)) : undefined;
  return line.includes('"what":"a handshake was refused"') ? refusalOf(parsed(line)) : undefined;
}

function parsed(line: string): Record<string, unknown> {
  try {
    return parseObject(Buffer.from(line));
  } catch {
    return {};
  }
}

function figuresOf(line: Record<string, unknown>): FunctionLine {
  const figures = Object.entries(line).flatMap(([name, value]): Figure[] => {
    const rule = rules[name];
    if (!rule) return [];
    const by = rule.by === undefined ? undefined : line[rule.by];
    const values = [value].flat().filter((one) => typeof one === 'number');
    return [{ metric: name as MetricName, values, ...(typeof by === 'string' && { by }) }];
  });
  return { figures };
}

function refusalOf({ status, check, why, requestId }: Record<string, unknown>): FunctionLine | undefined {
  if (typeof status !== 'number') return undefined;
  return { refusal: { status, check: String(check), why: String(why), requestId: String(requestId) } };
}
