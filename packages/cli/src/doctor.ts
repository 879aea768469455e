import { randomUUID } from 'node:crypto';
import { text } from 'node:stream/consumers';
import { helpFor } from '../bin/help.mjs';
import type { Command, CommandContext } from './command.ts';
import { type DeployedStack, deployedStack } from './deployed/deployedStack.ts';
import { deployedOptions, deployedToken } from './deployed/deployedToken.ts';
import { openEventBus } from './deployed/eventBus.ts';
import { NotThere } from './doctor/check.ts';
import { checks } from './doctor/checks.ts';
import type { Publication } from './doctor/publication.ts';
import { lineOf, sumOf } from './doctor/report.ts';
import { runChecks } from './doctor/runChecks.ts';
import type { Visit } from './doctor/visit.ts';
import { Failed, UsageError } from './failures.ts';
import { anybody, isOnThisMachine, localAws } from './localStack.ts';
import { readObject, readWords } from './readWords.ts';
import { credential, httpUrl, type ServerValues, serverOptions, socketUrl } from './server.ts';

const options = {
  ...serverOptions,
  ...deployedOptions,
  ws: { type: 'string' },
  bus: { type: 'string' },
  'token-stdin': { type: 'boolean' },
  publish: { type: 'string' },
  topic: { type: 'string' },
  payload: { type: 'string' },
  presence: { type: 'string' },
  wait: { type: 'string' },
  json: { type: 'boolean' },
} as const;

type Values = ReturnType<typeof readWords<typeof options>>['values'];

export const doctor: Command = {
  async run(words, context) {
    const { values } = readWords(words, options);
    const visit = await visitOf(values, context);
    const { print, stop } = context;
    const names = checks.map(({ name }) => name);
    if (!values.json) print(`${visit.httpUrl} and ${visit.wsUrl}`);
    try {
      const results = await runChecks(checks, visit, {
        stop,
        onResult: (result) => values.json || print(lineOf(result, names)),
      });
      const isWell = !results.some(({ state }) => state === 'failed' || state === 'not tried');
      if (values.json) {
        print(JSON.stringify({ ok: isWell, httpUrl: visit.httpUrl, wsUrl: visit.wsUrl, checks: results }));
      }
      if (!isWell) throw new Failed(sumOf(results));
      if (!values.json) print(sumOf(results));
    } finally {
      for (const line of visit.open) line.close();
    }
  },
};

async function visitOf(values: Values, context: CommandContext): Promise<Visit> {
  const waitMs = Number(values.wait ?? 20) * 1000;
  if (!(waitMs > 0)) throw new UsageError('--wait must be a number of seconds');
  const publication = publicationOf(values);
  const { httpUrl, wsUrl, eventBus } = await addressesOf(values, context);
  return {
    ...{ httpUrl, wsUrl, waitMs, eventBus },
    isLocal: isOnThisMachine(httpUrl),
    release: (helpFor(['--version']) ?? '').trim(),
    now: Date.now,
    token: await tokensOf(values, context, httpUrl),
    asked: { ...(publication && { publication }), ...(values.presence && { presence: values.presence }) },
    open: [],
    found: {},
  };
}

type Addresses = Pick<Visit, 'httpUrl' | 'wsUrl' | 'eventBus'>;

/** Those of a stage come from its stack; what is named goes before them. */
async function addressesOf(values: Values, { env }: CommandContext): Promise<Addresses> {
  if (values.stage === undefined && values.stack === undefined) {
    const url = httpUrl(values, env);
    return { httpUrl: url, wsUrl: socketUrl(values, env), eventBus: () => busOf(values, url) };
  }
  if (values.url !== undefined) throw new UsageError('name either --stage or --url, not both');
  const stack: DeployedStack = await deployedStack(values);
  const url = stack.output('HttpUrl').replace(/\/$/, '');
  const ws = values.ws ?? stack.output('WebSocketUrl');
  const name = values.bus ?? stack.output('EventBusName');
  return { httpUrl: url, wsUrl: ws, eventBus: () => openEventBus(name, stack.place) };
}

function publicationOf({ publish: action, topic, payload }: Values): Publication | undefined {
  if (action === undefined) {
    if (topic !== undefined || payload !== undefined) throw new UsageError('--publish is missing');
    return undefined;
  }
  if (topic === undefined) throw new UsageError('--topic is missing: where does the event come?');
  const own = /^(user:me|tenant)$/.test(topic) ? {} : { topic };
  return { action, follow: topic, ...own, payload: readObject('--payload', payload) ?? {} };
}

/** Tokens of the caller and then of others of its tenant, each asked for when it is needed. */
async function tokensOf(values: Values, context: CommandContext, url: string): Promise<Visit['token']> {
  const { env } = context;
  if (values['token-stdin']) {
    const tokens = (await text(process.stdin)).split(/\s+/).filter(Boolean);
    const [first = ''] = tokens;
    credential({ token: first }, env);
    return async (user) => tokens[user];
  }
  const isPerson = values.user !== undefined;
  const isDeployed = values.stage !== undefined || values.stack !== undefined;
  if (isPerson && isDeployed) return signedIn(values, context);
  if (values['password-stdin']) throw new UsageError('--password-stdin is for --user of a --stage');
  if (!isPerson && (values.token ?? env.TIDINGS_TOKEN) !== undefined) {
    const only = credential(values, env);
    return async (user) => (user === 0 ? only() : undefined);
  }
  if (!isPerson && !isOnThisMachine(url)) credential(values, env);
  // Somebody of a tenant that nobody else is in.
  const person = isPerson ? {} : { user: 'doctor', tenant: `doctor-${randomUUID()}`, role: ['msp'] };
  const asked: ServerValues = { ...values, ...person };
  return (user) => credential({ ...asked, user: user === 0 ? asked.user : `${asked.user}-${user}` }, env)();
}

/** A user of the stage's own pool. There is no password of another, so the caller is all there is. */
async function signedIn(values: Values, { env, input }: CommandContext): Promise<Visit['token']> {
  if (values.token !== undefined) throw new UsageError('name either --token or --user, not both');
  const stdin = (input ?? process.stdin) as typeof process.stdin;
  const signing = deployedToken(values, { stdin, stderr: process.stderr, env });
  const token = await signing.catch((error: unknown) => {
    // Who is not let in is what a check is there to tell.
    if (error instanceof Failed) return error;
    throw error;
  });
  return async (user) => {
    if (token instanceof Failed) throw token;
    return user === 0 ? token : undefined;
  };
}

async function busOf({ bus, region, profile }: Values, url: string) {
  if (isOnThisMachine(url)) {
    const { eventBusName: name, region, endpoint } = await localAws(url);
    if (name === undefined) throw new NotThere('not in this app', 'the stack has no event bus');
    return openEventBus(name, { region, endpoint, credentials: anybody });
  }
  if (bus === undefined) {
    throw new NotThere('skipped', 'no bus is named: --stage finds it, --bus takes the output EventBusName');
  }
  return openEventBus(bus, { ...(region && { region }), ...(profile && { profile }) });
}
