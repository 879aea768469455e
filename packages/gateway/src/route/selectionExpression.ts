import type { Json } from '../api/api.ts';
import type { Unknowns } from '../unknowns.ts';

type Step = string | number | '*';
type Scalars = Unknowns['scalarRouteKeys'];
type Part = (body: Json) => string;

/** Evaluates a selection expression for a message; undefined where the message is not JSON and a variable needs it. */
export type Select = (body: string) => string | undefined;

const stepPattern = /\.([^.[\]{}$\s]+)|\[(\d+)\]|\[\*\]|\['([^']+)'\]|\["([^"]+)"\]/y;

function parsePath(path: string, expression: string): Step[] {
  const steps: Step[] = [];
  stepPattern.lastIndex = 0;
  while (stepPattern.lastIndex < path.length) {
    const found = stepPattern.exec(path);
    if (!found) throw new Error(`Selection expression ${expression}: cannot read the path "${path}"`);
    const [, name, index, quoted, doubleQuoted] = found;
    if (index === undefined) steps.push(name ?? quoted ?? doubleQuoted ?? '*');
    else steps.push(Number(index));
  }
  return steps;
}

function follow(value: Json | undefined, steps: readonly Step[]): Json | undefined {
  const [step, ...rest] = steps;
  if (step === undefined || value === undefined) return value;
  if (typeof value !== 'object' || value === null) return;
  if (step === '*') {
    const found = Object.values(value).map((entry) => follow(entry, rest));
    return found.filter((entry) => entry !== undefined);
  }
  if (Array.isArray(value)) return typeof step === 'number' ? follow(value[step], rest) : undefined;
  return Object.hasOwn(value, step) ? follow(value[String(step)], rest) : undefined;
}

function stringify(value: Json | undefined, scalars: Scalars): string {
  if (value === undefined || value === null) return '';
  if (typeof value === 'string') return value;
  if (Array.isArray(value)) return `[${value.map((entry) => stringify(entry, 'stringified')).join(', ')}]`;
  if (typeof value === 'object') return JSON.stringify(value);
  return scalars === 'stringified' ? String(value) : '';
}

function variable(name: string, expression: string, scalars: Scalars): Part {
  const prefix = 'request.body';
  const path = name.startsWith(prefix) ? name.slice(prefix.length) : undefined;
  if (path === undefined || !/^([.[]|$)/.test(path)) {
    throw new Error(`Selection expression ${expression}: only request.body is available, not "${name}"`);
  }
  const steps = parsePath(path, expression);
  return (body) => stringify(follow(body, steps), scalars);
}

function compileParts(expression: string, scalars: Scalars): (string | Part)[] {
  if (expression.startsWith('$request.')) return [variable(expression.slice(1), expression, scalars)];
  const pieces = expression.split(/(\$\{[^}]*\})/).filter((piece) => piece !== '');
  return pieces.map((piece) => {
    if (piece.startsWith('${')) return variable(piece.slice(2, -1).trim(), expression, scalars);
    if (/(^|[^\\])\$/.test(piece))
      throw new Error(`Selection expression ${expression}: "$" must be "\${…}" or "\\$"`);
    return piece.replaceAll('\\$', '$');
  });
}

function parseJson(text: string): Json | undefined {
  try {
    return JSON.parse(text);
  } catch {
    return;
  }
}

/**
 * Compiles a selection expression: `$request.body.x`, text with `${request.body.x}`, or plain text.
 * What is missing is the empty string, what is no string is stringified.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-websocket-api-selection-expressions.html
 *
 * @throws where the expression uses something that is not supported
 */
export function compileSelection(expression: string, scalars: Scalars = 'stringified'): Select {
  const parts = compileParts(expression, scalars);
  const fixed = parts.every((part) => typeof part === 'string');
  if (fixed) return () => parts.join('');
  return (text) => {
    const body = parseJson(text);
    if (body === undefined) return;
    return parts.map((part) => (typeof part === 'string' ? part : part(body))).join('');
  };
}
