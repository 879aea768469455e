import type { Json, MockIntegration } from '../api/api.ts';
import type { RequestContext } from './events.ts';
import type { Render } from './mappingTemplate.ts';
import { compileTemplate } from './mappingTemplate.ts';
import { isRecord } from './proxyAnswer.ts';
import type { Select } from './selectionExpression.ts';
import { compileSelection } from './selectionExpression.ts';

type Choose = (body: string) => Render | undefined;

function compileChoice(templates: Record<string, string>, expression: string | undefined): Choose {
  const compiled = new Map(Object.entries(templates).map(([key, text]) => [key, compileTemplate(text)]));
  const select: Select = expression === undefined ? () => '$default' : compileSelection(expression);
  return (body) => compiled.get(select(body) ?? '$default') ?? compiled.get('$default');
}

/**
 * Compiles a MOCK integration into a function from a message to an answer like a proxy's. Without a request template
 * that yields a status code AWS reports an error, and so does this: it throws.
 */
export function compileMock(mock: MockIntegration): (body: string, context: RequestContext) => Json {
  const request = compileChoice(mock.requestTemplates, mock.templateSelectionExpression);
  const response = compileChoice(mock.responseTemplates, mock.responseTemplateSelectionExpression);
  return (body, context) => {
    const rendered: unknown = JSON.parse(request(body)?.(context) ?? 'null');
    if (!isRecord(rendered) || typeof rendered.statusCode !== 'number') {
      throw new Error('The MOCK integration has no request template that gives a status code');
    }
    return { statusCode: rendered.statusCode, body: response(body)?.(context) ?? '' };
  };
}
