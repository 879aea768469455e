export interface LandingPageFacts {
  readonly wsUrl: string;
  readonly httpUrl: string;
  readonly managementUrl: string;
  readonly issuer: string;
  readonly engine: string;
}

/** The page at `/`: where everything is, and how to get in. */
export function landingPage({ wsUrl, httpUrl, managementUrl, issuer, engine }: LandingPageFacts): string {
  const row = (what: string, where: string) =>
    `<tr><th scope="row">${what}</th><td><code>${where}</code></td></tr>`;
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Tidings, local stack</title>
<style>
  body { font: 16px/1.5 system-ui, sans-serif; max-width: 46rem; margin: 3rem auto; padding: 0 1rem; color: #1c2430; background: #fff; }
  table { border-collapse: collapse; width: 100%; }
  th { text-align: left; font-weight: 600; padding: .4rem 1rem .4rem 0; vertical-align: top; white-space: nowrap; }
  td { padding: .4rem 0; overflow-wrap: anywhere; }
  tr + tr { border-top: 1px solid #dde3ea; }
  pre { background: #f2f5f8; padding: .8rem 1rem; overflow-x: auto; border-radius: .4rem; }
  @media (prefers-color-scheme: dark) { body { color: #e6ebf2; background: #12171e; } tr + tr { border-color: #2c3641; } pre { background: #1c2430; } }
</style>
<h1>Tidings is running</h1>
<table>
${row('Socket', wsUrl)}
${row('HTTP API', httpUrl)}
${row('Posts to connections', `${managementUrl}/@connections/{id}`)}
${row('Issuer', issuer)}
${row('Rows are kept by', engine)}
</table>
<h2>A token</h2>
${
  issuer.startsWith(httpUrl)
    ? `<pre>npm run --silent token -- --user ada --tenant acme --role msp --issuer ${issuer}</pre>
<p>or <code>POST ${issuer}/token</code> with <code>{"user":"ada","tenant":"acme","roles":["msp"]}</code> as <code>application/json</code>.</p>`
    : '<p>Tokens are those of the issuer above, as the stage says.</p>'
}
<h2>A connection</h2>
<pre>npx --yes wscat -c "${wsUrl}?token=$TOKEN"
&gt; {"action":"stats","ref":"1"}</pre>
<h2>A look inside</h2>
<pre>curl ${httpUrl}/_local/state
curl ${httpUrl}/_local/clock -H 'content-type: application/json' -d '{"advanceMs":60000}'
curl ${httpUrl}/_local/faults -H 'content-type: application/json' -d '{"op":"post","outcome":"gone","count":1}'
curl -X DELETE ${httpUrl}/_local/faults</pre>
`;
}
