import { type Task, useTask } from '../base/useTask.ts';
import { type ContractView, readContract } from './readContract.ts';

/** Read once for a stage: what it can be asked does not change under the page. */
const known = new Map<string, Promise<ContractView>>();

function contractOf(httpUrl: string): Promise<ContractView> {
  const found = known.get(httpUrl);
  if (found !== undefined) return found;
  const asked = ask(httpUrl);
  known.set(httpUrl, asked);
  asked.catch(() => known.delete(httpUrl));
  return asked;
}

async function ask(httpUrl: string): Promise<ContractView> {
  const answer = await fetch(`${httpUrl}/asyncapi.json`);
  if (!answer.ok) throw new Error(`/asyncapi.json was answered ${answer.status}.`);
  return readContract(await answer.json());
}

/** What this stage's app can be asked and tells. @returns how it stands, and a function that asks again */
export const useContract = (httpUrl: string): [Task<ContractView>, () => void] =>
  useTask(httpUrl, () => contractOf(httpUrl));
