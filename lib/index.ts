export { type Deployed, stackName } from './app.ts';
export {
  ConfigurationError,
  chooseStage,
  parseStageConfig,
  type StageConfig,
  type StageInput,
  stageOf,
} from './stageConfig.ts';
export { Tidings, type TidingsProps } from './tidings.ts';
