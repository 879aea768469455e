import { createContext, useContext } from 'react';
import type { Task } from '../base/useTask.ts';
import type { ContractView } from './readContract.ts';

/** What the app of this stage can be asked, as far as it is known, and a function that reads it again. */
export type App = readonly [Task<ContractView>, () => void];

const AppContext = createContext<App>([{ state: 'loading' }, () => {}]);

export const AppProvider = AppContext.Provider;

/** Read once for all pages. */
export const useApp = (): App => useContext(AppContext);
