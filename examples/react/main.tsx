import { createClient } from '@tidings/client';
import { TidingsProvider } from '@tidings/client/react';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { clientFeatures as features } from '../../features/clients.ts';
import { newName, signIn } from '../signIn.ts';
import { App } from './App.tsx';

const user = newName();
// Outside of the components: one client for the life of the page.
const client = createClient({ ...signIn(user), features });

createRoot(document.getElementById('app') ?? document.body).render(
  <StrictMode>
    <TidingsProvider client={client}>
      <App user={user} />
    </TidingsProvider>
  </StrictMode>,
);
