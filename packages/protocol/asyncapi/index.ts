export { type AsyncapiOptions, asyncapiDocument } from './asyncapiDocument.ts';
export { contractModel } from './model.ts';
export { reference } from './reference.ts';
