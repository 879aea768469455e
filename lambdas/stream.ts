import { runStream } from '../features/assistant/runStream.ts';
import { eachMessage } from './eachMessage.ts';
import { streamRuntime } from './wiring.ts';

/** Gives the assistant's answers. */
export const handler = eachMessage('stream', streamRuntime, 'an answer', runStream);
