import { Duration } from 'aws-cdk-lib';
import { type FunctionName, functionTimeoutsMs, longestWaysMs } from '../core/timeouts.ts';
import { engineEntry } from './appCode.ts';

/** What every function of the engine is made with, by the name of its entry. */
export const engineFunction = (name: FunctionName) => ({
  entry: engineEntry(name),
  timeout: Duration.millis(functionTimeoutsMs[name]),
  longestMs: longestWaysMs[name],
});
