/** What a page of an attacker's can try. Each tells what came of it; none may throw. */
declare const window: { attack: Record<string, (url: string) => Promise<string>> };
declare const document: {
  body: { append(element: unknown): void };
  createElement(name: string): {
    src: string;
    onload: () => void;
    onerror: () => void;
    remove(): void;
  } & Record<string, unknown>;
};
declare const navigator: { sendBeacon(url: string, body: string | Blob): boolean };

const outcomeOf = async (asked: Promise<Response>) =>
  asked.then(
    async (answer) => `${answer.type} ${answer.status}: ${await answer.text()}`,
    () => 'no answer',
  );

/** A request to DynamoDB with all that its clients send. */
const dynamo = (operation: string, body: object) => (url: string) =>
  outcomeOf(
    fetch(url, {
      method: 'POST',
      headers: {
        'content-type': 'application/x-amz-json-1.0',
        'x-amz-target': `DynamoDB_20120810.${operation}`,
        'x-amz-date': '20260101T000000Z',
        authorization:
          'AWS4-HMAC-SHA256 Credential=local/20260101/us-east-1/dynamodb/aws4_request, SignedHeaders=host, Signature=0',
      },
      body: JSON.stringify(body),
    }),
  );

const clock = '{"advanceMs":86400000}';
const asAdmin = '{"user":"eve","tenant":"demo","roles":["admin"]}';
const json = { 'content-type': 'application/json' };

window.attack = {
  list: dynamo('ListTables', {}),
  scan: (url) => dynamo('Scan', { TableName: tableOf(url) })(bare(url)),
  put: (url) =>
    dynamo('PutItem', { TableName: tableOf(url), Item: { pk: { S: 'EVIL#1' }, sk: { S: 'x' } } })(bare(url)),
  read: (url) => outcomeOf(fetch(url)),
  readUnseen: (url) => outcomeOf(fetch(url, { mode: 'no-cors' })),
  token: (url) => outcomeOf(fetch(url, { method: 'POST', headers: json, body: asAdmin })),
  tokenAsText: (url) => outcomeOf(fetch(url, { method: 'POST', body: asAdmin })),
  clock: (url) => outcomeOf(fetch(url, { method: 'POST', headers: json, body: clock })),
  clockUnseen: (url) => outcomeOf(fetch(url, { method: 'POST', mode: 'no-cors', body: clock })),
  beacon: async (url) => String(navigator.sendBeacon(url, clock)),
  beaconOfJson: async (url) =>
    String(navigator.sendBeacon(url, new Blob([clock], { type: 'application/json' }))),
  socket: (url) =>
    new Promise((resolve) => {
      const socket = new WebSocket(url);
      socket.onopen = () => resolve('open');
      socket.onerror = () => resolve('no answer');
    }),
  image: (url) =>
    new Promise((resolve) => {
      const image = document.createElement('img');
      image.onload = () => resolve('shown');
      image.onerror = () => resolve('no answer');
      image.src = url;
      document.body.append(image);
    }),
};

/** The table's name comes as the address's fragment, which is not sent. */
const tableOf = (url: string) => new URL(url).hash.slice(1);
const bare = (url: string) => url.replace(/#.*$/, '');
