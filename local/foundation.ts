import { engineRoot } from '../lib/functions/appCode.ts';
import { type LocalClock, localClock } from './clock.ts';
import { takeDataFolder } from './database/dataFolder.ts';
import { chooseEngine, type Engine } from './database/engine.ts';
import { readKeptTime } from './database/keptTime.ts';
import { type FaultBox, faultBox } from './faults.ts';
import { type Issuer, openIssuer } from './http/issuer.ts';
import { openServer, type Server } from './http/server.ts';
import { noIssuer } from './http/stageIssuer.ts';
import type { LocalConfigOptions } from './localConfig.ts';
import { type ChosenOptions, configOf } from './stackOptions.ts';
import { synthesize, synthesizeApp } from './template/synthesize.ts';
import type { Template } from './template/template.ts';

/** Keeps what is to be closed with the stack, the last first. */
export type OnClose = (closer: () => unknown) => void;

/** What a stack has before anything of its template is there, and the template. */
export interface Foundation {
  readonly options: ChosenOptions;
  readonly config: LocalConfigOptions;
  readonly server: Server;
  readonly clock: LocalClock;
  readonly faults: FaultBox;
  readonly engine: Engine;
  readonly template: Template;
  readonly issuer: Issuer;
  readonly issuerUrl: string;
}

/** @throws {CannotStart} before anything is written, where options exclude each other or the port is taken */
export async function layFoundation(options: ChosenOptions, onClose: OnClose): Promise<Foundation> {
  const { dataDir, memory = false, strict = false, log, port } = options;
  const kept = dataDir === undefined ? {} : { dataDir };
  const external = process.env.AWS_ENDPOINT_URL_DYNAMODB;
  const openEngine = chooseEngine({ memory, strict, ...kept, external, log });
  if (dataDir !== undefined) onClose(await takeDataFolder(dataDir));
  const server = await openServer(port, log);
  onClose(server.close);
  const clock = localClock(dataDir === undefined ? {} : await readKeptTime(dataDir));
  onClose(clock.stop);
  const config = configOf(options, server.httpUrl);
  const issuerUrl = `${server.httpUrl}/issuer`;
  const opening = openEngine().then((engine) => {
    onClose(engine.stop);
    return engine;
  });
  const [engine, synthesized, issuer] = await Promise.all([
    opening,
    config.root === engineRoot ? synthesize(config) : synthesizeApp(config),
    // If the engine cannot start, nothing must be written.
    opening.then(() =>
      options.tokens === 'stage' ? noIssuer : openIssuer({ url: issuerUrl, clock, ...kept }),
    ),
  ]).catch(async (error: unknown) => {
    await opening.catch(() => {});
    throw error;
  });
  const template = options.changeTemplate?.(synthesized) ?? synthesized;
  return { options, config, server, clock, faults: faultBox(), engine, template, issuer, issuerUrl };
}
