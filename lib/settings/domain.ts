import * as z from 'zod/mini';

const matching = (pattern: RegExp, error: string) => z.string().check(z.regex(pattern, error));
const hostName = matching(
  /^(?=.{1,253}$)(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]*[a-z0-9]$/,
  'must be a name such as live.acme.test, in lower case and without a path',
);

/** Names of one's own in the place of API Gateway's. */
export const domainSchema = z
  .object({
    /** Where clients connect: `wss://NAME`. */
    socket: hostName,
    /** The HTTP API: `https://NAME`. Absent: it keeps the name that API Gateway gives. */
    http: z.optional(hostName),
    /** Of a certificate in the stage's Region that is for these names. */
    certificateArn: matching(
      /^arn:aws[\w-]*:acm:[a-z0-9-]+:\d{12}:certificate\/[\w-]+$/,
      'must be the ARN of a certificate of ACM',
    ),
    /** Where the names are entered. Absent: elsewhere, by hand, as outputs of the stack say. */
    hostedZone: z.optional(
      z.object({ id: matching(/^Z[A-Z0-9]{1,31}$/, 'must be the id of a hosted zone'), name: hostName }),
    ),
  })
  .check(
    // https://docs.aws.amazon.com/apigateway/latest/developerguide/websocket-api-mappings.html
    z.refine(({ socket, http }) => socket !== http, {
      path: ['http'],
      error: 'must differ from socket: one name cannot lead to both APIs',
    }),
    z.refine(({ socket, http, hostedZone }) => !hostedZone || isIn(hostedZone.name, [socket, http]), {
      path: ['hostedZone', 'name'],
      error: 'must be what the names end with',
    }),
  );

const isIn = (zone: string, names: readonly (string | undefined)[]) =>
  names.every((name) => name === undefined || name === zone || name.endsWith(`.${zone}`));

export type Domain = z.output<typeof domainSchema>;
