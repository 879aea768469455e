// What the functions of a feature are written with: those that do its work behind a queue.
export { eachMessage } from './eachMessage.ts';
export { once } from './once.ts';
export { app, aws, awsAt, runtime, settings } from './wiring.ts';
