export { type Deployed, stackName } from './app.ts';
export {
  ConfigurationError,
  chooseStage,
  type DeclaredStage,
  parseStageConfig,
  type StageConfig,
  type StageInput,
  stageOf,
} from './settings/stageConfig.ts';
export { Tidings, type TidingsProps } from './tidings.ts';
