import { createClient } from '@tidings/client';
import { TidingsProvider } from '@tidings/client/react';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { clientFeatures } from '../features/clients.ts';
import type { App } from '../features/index.ts';
import { getToken, url } from './signIn.ts';
import { Tickets } from './Tickets.tsx';

// The hooks are typed by this app.
declare module '@tidings/client/react' {
  interface Register {
    readonly contract: App;
  }
}

// Outside of the components: one client for the life of the page.
const client = createClient<App>({ url, getToken, features: clientFeatures });

createRoot(document.getElementById('app') ?? document.body).render(
  <StrictMode>
    <TidingsProvider client={client}>
      <Tickets clientId="acme" />
    </TidingsProvider>
  </StrictMode>,
);
