import { createClient } from '@tidings/client';
import { clientFeatures as features } from '../../features/clients.ts';
import { newName, signIn } from '../signIn.ts';

const user = newName();
const client = createClient({ ...signIn(user), features });
const acme = client.topic('client', 'acme');
const lobby = client.topic('room', 'lobby');

const app = element('div', document.getElementById('app') ?? document.body);
element('h1', app).textContent = `${user} looks at acme`;
const status = element('p', app);
status.className = 'status';
const main = element('main', app);

const interactions = element('section', main);
element('h2', interactions).textContent = 'Interactions';
const totals = element('ul', interactions);
const record = element('button', interactions);
record.textContent = 'Record a click';
record.onclick = () =>
  report(client.request('interaction.record', { clientId: 'acme', kind: 'click' }).then(() => undefined));

const room = element('section', main);
element('h2', room).textContent = 'The lobby';
const messages = element('ul', room);
const form = element('form', room);
const body = element('input', form);
body.placeholder = 'Say something';
body.setAttribute('aria-label', 'Say something');
element('button', form).textContent = 'Send';
form.onsubmit = (event) => {
  event.preventDefault();
  if (body.value === '') return;
  report(client.request('room.send', { body: body.value }, { topic: 'room:lobby' }).then(() => undefined));
  body.value = '';
};

client.status.subscribe(showStatus);
showStatus();
// The snapshot is kept up by the topic's events; the page shows it as it is.
acme.subscribe(showTotals);
lobby.on('room.message', ({ from, payload }) => {
  element('li', messages).textContent = `${from}: ${payload.body}`;
});

function showStatus() {
  const { state, reason, attempt } = client.status.getSnapshot();
  status.textContent = reason === undefined ? state : `${state}: ${reason} (attempt ${attempt})`;
}

function showTotals() {
  const counted = Object.entries(acme.snapshot?.totals ?? {});
  totals.replaceChildren();
  for (const [kind, total] of counted) element('li', totals).textContent = `${kind}: ${total}`;
}

function report(asked: Promise<void>): void {
  asked.catch((error: unknown) => {
    status.textContent = error instanceof Error ? error.message : String(error);
  });
}

function element<K extends keyof HTMLElementTagNameMap>(tag: K, parent: Element): HTMLElementTagNameMap[K] {
  return parent.appendChild(document.createElement(tag));
}
