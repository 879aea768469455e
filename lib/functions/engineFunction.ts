import { Duration } from 'aws-cdk-lib';
import { type FunctionName, functionTimeoutsMs, longestWaysMs } from '../../core/timeouts.ts';
import { engineEntry } from './appCode.ts';

/**
 * In MB. None was seen to use more than a half of it: what counts is the share of a CPU that comes with it
 * (docs/operating.md, "Memory and time").
 */
const functionMemoryMb: Readonly<Record<FunctionName, number>> = {
  authorize: 512,
  connect: 512,
  message: 512,
  http: 512,
  // Nobody waits for the answer of one of these.
  bus: 256,
  emit: 256,
  disconnect: 256,
  // Its work is all computing, signatures and TLS: twice as quick for the same price.
  deliver: 1_024,
  // Ends all connections of a minute, one invocation at a time.
  reap: 512,
};

/** What every function of the engine is made with, by the name of its entry. */
export const engineFunction = (name: FunctionName) => ({
  entry: engineEntry(name),
  timeout: Duration.millis(functionTimeoutsMs[name]),
  longestMs: longestWaysMs[name],
  memoryMb: functionMemoryMb[name],
});
