import { checkDraft, checkText } from '../contract/form/check.ts';
import type { Problem } from '../contract/form/draft.ts';
import { type FormNode, formNode } from '../contract/form/formNode.ts';
import type { ActionView } from '../contract/readContract.ts';
import type { Request } from './sendRequest.ts';
import type { RequestDraft } from './useRequestDraft.ts';

export interface CheckedRequest {
  /** Absent while anything is wrong. */
  readonly request?: Request;
  readonly problems: readonly Problem[];
}

/** The longest `ref` that the protocol has. */
const maxRefLength = 64;

/**
 * The request of a draft, or all that is wrong with it.
 *
 * @param addresses the kinds of topics that the action takes
 */
export function checkRequest(
  action: ActionView,
  addresses: readonly string[],
  { topic, ref, via, payload }: RequestDraft,
  node: FormNode,
): CheckedRequest {
  const body =
    payload.json === undefined
      ? checkDraft(node, payload.form, 'payload')
      : checkText(node, payload.json, 'payload');
  const problems = [...topicProblems(action, addresses, topic), ...body.problems, ...refProblems(ref)];
  if (problems.length > 0) return { problems };
  const request: Request = {
    action: action.name,
    ...(action.topic && { topic }),
    payload: Object(body.value),
    ref,
    via: action.httpPath === undefined ? 'socket' : via,
  };
  return { problems, request };
}

/** A pattern tells nobody which topics there are: their kinds do. */
function topicProblems(action: ActionView, addresses: readonly string[], topic: string): Problem[] {
  if (!action.topic) return [];
  if (topic === '') return [{ path: 'topic', message: 'is missing' }];
  const isRight = checkDraft(formNode(action.topic), { text: topic }, 'topic').problems.length === 0;
  return isRight ? [] : [{ path: 'topic', message: `must be ${addresses.join(' or ')}` }];
}

function refProblems(ref: string): Problem[] {
  const isRight = ref !== '' && ref.length <= maxRefLength;
  return isRight ? [] : [{ path: 'ref', message: `must have 1 to ${maxRefLength} characters` }];
}
