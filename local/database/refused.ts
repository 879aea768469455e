import type { ServiceAnswer } from '../rights/refusals.ts';

const refused = (name: string, body: ServiceAnswer['body']): ServiceAnswer => ({
  status: 400,
  headers: { 'content-type': 'application/x-amz-json-1.0' },
  body: { __type: `com.amazonaws.dynamodb.v20120810#${name}`, ...body },
});

export const throttledByFault = refused('ThrottlingException', {
  message: 'Throughput exceeds the current capacity of your table or index (local fault).',
});

/** Why one part of a transaction was in the way of all: https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_CancellationReason.html */
export interface Reason {
  readonly Code: string;
  readonly Message?: string;
}

const none: Reason = { Code: 'None' };
const ongoing: Reason = { Code: 'TransactionConflict', Message: 'Transaction is ongoing for the item' };

/** A transaction of which some parts were in the way; the reasons stand in the order of its parts. */
function cancelled(reasons: readonly Reason[]): ServiceAnswer {
  const codes = reasons.map(({ Code }) => Code).join(', ');
  return refused('TransactionCanceledException', {
    // The SDKs read this member with a capital letter.
    Message: `Transaction cancelled, please refer cancellation reasons for specific reasons [${codes}]`,
    CancellationReasons: reasons,
  });
}

/** @param met for each part of the transaction whether its item was in another one */
export const cancelledByConflict = (met: readonly boolean[]): ServiceAnswer =>
  cancelled(met.map((one) => (one ? ongoing : none)));

const tooHot =
  'Throughput exceeds the current capacity of your table or index. DynamoDB is automatically scaling your table or index so please try again shortly. If exceptions persist, check if you have a hot key: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/bp-partition-key-design.html.';

/**
 * A request to a partition that has taken all that it takes in a second, with the errors that users have seen of tables
 * on demand: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/throttling-key-range-limit-exceeded-mitigation.html
 *
 * @param over for each part of the request whether it was one that went there
 */
export function throttled(operation: string, over: readonly boolean[]): ServiceAnswer {
  if (operation.startsWith('Transact'))
    return cancelled(over.map((one) => (one ? { Code: 'ThrottlingError', Message: tooHot } : none)));
  return ['GetItem', 'Query'].includes(operation)
    ? refused('ProvisionedThroughputExceededException', {
        message:
          'The level of configured provisioned throughput for the table was exceeded. Consider increasing your provisioning level with the UpdateTable API.',
      })
    : refused('ThrottlingException', { message: tooHot });
}

/** A single write to an item of a transaction under way. */
export const writeConflict = refused('TransactionConflictException', {
  message: 'Transaction is ongoing for the item',
});

/** The same transaction once more, while the first is under way: what becomes of it is not known yet. */
export const inProgress = refused('TransactionInProgressException', {
  Message: 'The transaction with the given request token is already in progress.',
});
