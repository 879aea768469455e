import type { DynamoDBBatchResponse, DynamoDBStreamEvent } from 'aws-lambda';
import { inTime } from '../core/deadline.ts';
import { emit } from '../core/delivery/emit.ts';
import { functionTimeoutsMs, maxWorkMs } from '../core/timeouts.ts';
import { emitRuntime } from './wiring.ts';

/**
 * Log rows whose events go to the event bus, in the order of the table's stream. What fails comes again with all that is
 * behind it, and so does everything if this throws:
 * https://docs.aws.amazon.com/lambda/latest/dg/services-ddb-batchfailurereporting.html
 */
export async function handler({ Records }: DynamoDBStreamEvent): Promise<DynamoDBBatchResponse> {
  const runtime = emitRuntime();
  const events = Records.map(({ dynamodb: { SequenceNumber = '', NewImage = {} } = {} }) => ({
    sequenceNumber: SequenceNumber,
    pk: NewImage.pk?.S ?? '',
    frame: NewImage.frame?.S ?? '',
  }));
  const failed = await inTime(runtime, maxWorkMs(functionTimeoutsMs.emit), () => emit(runtime, events));
  return { batchItemFailures: failed === undefined ? [] : [{ itemIdentifier: failed }] };
}
