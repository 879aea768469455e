export {
  type ActionOf,
  type AppTypes,
  createPublisher,
  type Outcome,
  type Publication,
  type Publisher,
  type PublisherOptions,
} from './createPublisher.ts';
export { PublishError, type PublishErrorCode } from './publishError.ts';
export { type BusAnswer, type BusEntry, type BusOptions, publishToBus } from './publishToBus.ts';
