import { useSession } from '../session/useSession.ts';
import type { LocalWhere } from '../session/where.ts';
import { Code } from '../ui/controls/Copy.tsx';
import { Facts } from '../ui/data/Facts.tsx';
import { Card, Columns, Page } from '../ui/layout/Page.tsx';

const json = "-H 'content-type: application/json'";

/** Where everything is, and how to get in from elsewhere: addresses and commands to copy. */
export default function GettingIn() {
  const { where } = useSession();
  const { wsUrl, httpUrl, stage } = where;
  const local = where.mode === 'local' ? where : undefined;
  return (
    <Page title="Getting in" about="Where everything is, and how a program or a terminal gets in.">
      <Columns>
        <Card title="Addresses">
          <Facts
            facts={[
              ['Stage', stage],
              ['Socket', <code key="ws">{wsUrl}</code>],
              ['HTTP API', <code key="http">{httpUrl}</code>],
              ...(local
                ? ([
                    [
                      'Posts to connections',
                      <code key="m">
                        {local.managementUrl}/@connections/{'{id}'}
                      </code>,
                    ],
                    ['Issuer', <code key="i">{local.issuer}</code>],
                    ['Rows are kept by', local.engine],
                  ] as const)
                : []),
              [
                'Contract',
                <a key="c" href={`${httpUrl}/asyncapi.json`} target="_blank" rel="noreferrer">
                  asyncapi.json
                </a>,
              ],
            ]}
          />
        </Card>
        {local?.tokens === 'local' && <TokenCommands {...local} />}
        <Card title="A connection">
          <Code label="Connect with wscat" text={`npx --yes wscat -c "${wsUrl}?token=$TOKEN"`} />
          <p>Then type a frame, as</p>
          <Code label="A first frame" text={'{"action":"stats","ref":"1"}'} />
        </Card>
        {local && (
          <Card title="A look inside">
            <Code label="The state of the stack" text={`curl ${httpUrl}/_local/state`} />
            <Code
              label="Move the clock by a minute"
              text={`curl ${httpUrl}/_local/clock ${json} -d '{"advanceMs":60000}'`}
            />
            <Code
              label="Let the next post find its connection gone"
              text={`curl ${httpUrl}/_local/faults ${json} -d '{"op":"post","outcome":"gone","count":1}'`}
            />
            <Code label="Take all faults back" text={`curl -X DELETE ${httpUrl}/_local/faults`} />
          </Card>
        )}
      </Columns>
    </Page>
  );
}

const TokenCommands = ({ issuer }: LocalWhere) => (
  <Card title="A token">
    <Code
      label="A token by npm"
      text={`npm run --silent token -- --user ada --tenant acme-msp --role msp --issuer ${issuer}`}
    />
    <Code
      label="A token by curl"
      text={`curl ${issuer}/token ${json} -d '{"user":"ada","tenant":"acme-msp","roles":["msp"]}'`}
    />
  </Card>
);
