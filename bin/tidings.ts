import { features } from '../features/index.ts';
import { addStack, emptyApp } from '../lib/app.ts';
import { stageOf } from '../lib/settings/stageConfig.ts';

const app = emptyApp({ bundle: true });
addStack(app, { config: stageOf(app, features), features });
app.synth();
