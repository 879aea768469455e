import { subprotocol } from '../src/frames.ts';

/** The ways to prove who one is, in the order in which the server looks for them (1.1). */
export const securitySchemes = {
  subprotocol: {
    type: 'httpApiKey',
    in: 'header',
    name: 'Sec-WebSocket-Protocol',
    description: `The JWT in a subprotocol: \`["${subprotocol}", "bearer.<JWT>"]\`. The way for browsers. The server selects \`${subprotocol}\` and never sends the token back.`,
  },
  ticket: {
    type: 'httpApiKey',
    in: 'query',
    name: 'ticket',
    description: 'A one-time credential out of `POST /tickets`, good for 30 s.',
  },
  query: {
    type: 'httpApiKey',
    in: 'query',
    name: 'token',
    description: 'The JWT itself, only where the stage sets `allowQueryToken`; the local stack does.',
  },
} as const;

const security = Object.keys(securitySchemes).map((name) => ({
  $ref: `#/components/securitySchemes/${name}`,
}));

/** Where the socket is; deployed, and on a laptop. */
export const servers = {
  deployed: {
    host: '{apiId}.execute-api.{region}.amazonaws.com',
    pathname: '/{stage}',
    protocol: 'wss',
    title: 'Deployed',
    description: 'A stage on AWS. The stack tells its address as an output.',
    variables: {
      apiId: { description: 'The WebSocket API, as API Gateway names it.' },
      region: { description: 'The AWS Region.', examples: ['eu-central-1'] },
      stage: { description: 'The stage of `cdk.json`.', default: 'dev' },
    },
    security,
  },
  local: {
    host: '127.0.0.1:{port}',
    pathname: '/{stage}',
    protocol: 'ws',
    title: 'Local',
    description: 'The local stack: `npm run dev`.',
    variables: {
      port: { description: 'What `--port` says.', default: '4510' },
      stage: { description: 'The stage of `cdk.json`.', default: 'dev' },
    },
    security,
  },
} as const;
