/** Where a stack is, as whoever asks reaches it. */
export interface StackAddresses {
  readonly stage: string;
  readonly wsUrl: string;
  readonly httpUrl: string;
  readonly managementUrl: string;
  readonly issuer: string;
  /** Whose tokens are taken: those of the stack's own issuer, or of whom the stage names. */
  readonly tokens: 'local' | 'stage';
  readonly engine: string;
}

/** Where everything is and how to get in, as text: for whoever asks without a browser, or has no JavaScript in it. */
export function gettingIn({ wsUrl, httpUrl, managementUrl, issuer, tokens, engine }: StackAddresses): string {
  const json = "-H 'content-type: application/json'";
  const token =
    tokens === 'local'
      ? `npm run --silent token -- --user ada --tenant acme-msp --role msp --issuer ${issuer}
curl ${issuer}/token ${json} -d '{"user":"ada","tenant":"acme-msp","roles":["msp"]}'`
      : 'Tokens are those of the issuer above, as the stage says.';
  return `Tidings is running

Console               ${httpUrl}/
Socket                ${wsUrl}
HTTP API              ${httpUrl}
Posts to connections  ${managementUrl}/@connections/{id}
Issuer                ${issuer}
Rows are kept by      ${engine}

A token
${token}

A connection
npx --yes wscat -c "${wsUrl}?token=$TOKEN"
> {"action":"stats","ref":"1"}

A look inside
curl ${httpUrl}/_local/state
curl ${httpUrl}/_local/clock ${json} -d '{"advanceMs":60000}'
curl ${httpUrl}/_local/faults ${json} -d '{"op":"post","outcome":"gone","count":1}'
curl -X DELETE ${httpUrl}/_local/faults
`;
}
