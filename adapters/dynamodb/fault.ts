import type { Row, TransactOutcome, Value } from '../../core/ports.ts';
import { readStoredRow } from './storedNames.ts';

type Attribute = {
  readonly S?: string;
  readonly N?: string;
  readonly BOOL?: boolean;
  readonly NULL?: boolean;
  readonly L?: readonly Attribute[];
  readonly M?: Attributes;
};
type Attributes = { readonly [name: string]: Attribute };

/** What is read of an error of the SDK. */
interface Fault {
  readonly name?: string;
  readonly code?: string;
  readonly Item?: Attributes;
  readonly CancellationReasons?: readonly { readonly Code?: string; readonly Item?: Attributes }[];
  readonly $metadata?: { readonly httpStatusCode?: number; readonly attempts?: number };
  readonly $retryable?: unknown;
  readonly cause?: unknown;
}

const asFault = (error: unknown): Fault => (typeof error === 'object' && error !== null ? error : {});

// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Programming.Errors.html
const THROTTLES = new Set([
  'ProvisionedThroughputExceededException',
  'ThrottlingException',
  'ThrottlingError',
  'RequestLimitExceeded',
]);
// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_CancellationReason.html
const CONFLICTS = new Set(['TransactionConflict', 'ThrottlingError', 'ProvisionedThroughputExceeded']);
const NETWORK =
  /^(TimeoutError|RequestTimeout|AbortError|ECONN\w+|EPIPE|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|ENOTFOUND|EAI_AGAIN)/;

export const isThrottle = (error: unknown): boolean => THROTTLES.has(asFault(error).name ?? '');

/** A single write met a transaction on the same row. */
export const isConflict = (error: unknown): boolean => asFault(error).name === 'TransactionConflictException';

/** Whether the request may have been carried out although no answer, or none that says so, came back. */
function isUnanswered(error: unknown): boolean {
  const { name = '', code = '', $metadata } = asFault(error);
  if (($metadata?.httpStatusCode ?? 0) >= 500) return true;
  return NETWORK.test(name) || NETWORK.test(code);
}

/** `undefined` unless the error says that the condition of a single write failed. */
export function failedCondition(error: unknown): { readonly before?: Row } | undefined {
  const { name, Item } = asFault(error);
  if (name !== 'ConditionalCheckFailedException') return undefined;
  const before = rowOf(Item);
  return before ? { before } : {};
}

/** Whether a read in a transaction only has to be asked again. */
export function isReadConflict(error: unknown): boolean {
  const { name, CancellationReasons: reasons = [] } = asFault(error);
  return name === 'TransactionCanceledException' && conflicts(reasons.map(({ Code }) => Code));
}

/** How a transaction ended that the SDK reports as an error. Throws the error again if it is a mistake of ours. */
export function transactFault(error: unknown): TransactOutcome {
  const { name, CancellationReasons: reasons = [], $metadata } = asFault(error);
  if (name === 'TransactionCanceledException') {
    const failed = reasons.flatMap(({ Code, Item }, index) =>
      Code === 'ConditionalCheckFailed' ? [[index, rowOf(Item)] as const] : [],
    );
    if (failed.length > 0) return { outcome: 'refused', failed: new Map(failed) };
    if (conflicts(reasons.map(({ Code }) => Code))) return { outcome: 'conflict' };
    throw error;
  }
  // Our own earlier attempt with this token is still running: it may yet commit, so nothing is known.
  if (name === 'TransactionInProgressException') return { outcome: 'unknown' };
  if (isThrottle(error)) {
    // An attempt of the SDK before the throttled one may have gone unanswered and been carried out.
    return { outcome: ($metadata?.attempts ?? 1) > 1 ? 'unknown' : 'conflict' };
  }
  if (isUnanswered(error)) return { outcome: 'unknown' };
  throw error;
}

/** True if conflicts and throttles are all that was wrong. */
function conflicts(codes: readonly (string | undefined)[]): boolean {
  const wrong = codes.filter((code): code is string => code !== undefined && code !== 'None');
  return wrong.length > 0 && wrong.every((code) => CONFLICTS.has(code));
}

// The document client leaves the rows inside errors in the wire format. Each has its key; the type wants it said.
function rowOf(item: Attributes | undefined): Row | undefined {
  return item && readStoredRow({ pk: '', sk: '', ...mapOf(item) });
}

const mapOf = (map: Attributes): { [name: string]: Value } =>
  Object.fromEntries(Object.entries(map).map(([name, attribute]) => [name, toValue(attribute)]));

function toValue({ S, N, BOOL, L, M }: Attribute): Value {
  if (S !== undefined) return S;
  if (N !== undefined) return Number(N);
  if (BOOL !== undefined) return BOOL;
  if (L !== undefined) return L.map(toValue);
  return M === undefined ? null : mapOf(M);
}
