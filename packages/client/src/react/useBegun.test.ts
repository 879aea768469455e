// @vitest-environment jsdom
import { createElement } from 'react';
import { expect, test } from 'vitest';
import { renderPage } from '../../test/renderPage.ts';
import { startClient } from '../../test/startClient.ts';
import { type UsedJob, type UsedStream, useJob, useStream } from './index.ts';

function talking() {
  const shown: { used?: UsedStream } = {};
  function Talk({ id }: { id?: string }) {
    shown.used = useStream(id);
    return shown.used.answer?.text ?? 'ask me';
  }
  const started = startClient();
  started.server.respond('assistant.ask', ({ payload }) => {
    const conversationId = payload?.conversationId ?? 'new';
    return { conversationId, streamId: `s-${conversationId}` };
  });
  const say = (id: string, text: string) =>
    started.server.publish(`conversation:${id}`, 'stream.end', {
      streamId: `s-${id}`,
      status: 'complete',
      text,
    });
  const talk = (id?: string) => createElement(Talk, id === undefined ? {} : { id });
  const asked = () => started.server.asked('assistant.ask').map(({ payload }) => payload?.conversationId);
  return { shown, started, say, talk, asked };
}

test('another conversation does not show the answer of the one before, nor ask there', async () => {
  const { shown, started, say, talk, asked } = talking();
  const page = await renderPage(talk('A'), { started, strict: true });
  await page.after(() => void shown.used?.ask('about A'));
  await page.after(() => say('A', 'secret of A'));
  expect(page.text()).toBe('secret of A');
  await page.render(talk('B'));
  expect(page.text()).toBe('ask me');
  await page.after(() => void shown.used?.ask('about B'));
  expect(asked()).toEqual(['A', 'B']);
  await page.render(talk('A'));
  expect(page.text()).toBe('ask me');
});

test('a new conversation goes on when the page comes to name it, and ends when it names none', async () => {
  const { shown, started, say, talk, asked } = talking();
  const page = await renderPage(talk(), { started });
  await page.after(() => void shown.used?.ask('first'));
  await page.render(talk('new'));
  await page.after(() => say('new', 'an answer'));
  expect(page.text()).toBe('an answer');
  await page.render(talk());
  expect(page.text()).toBe('ask me');
  await page.after(() => void shown.used?.ask('again'));
  expect(asked()).toEqual([undefined, undefined]);
});

test('a job that the page names takes the place of the one that was submitted', async () => {
  let used: UsedJob<unknown> | undefined;
  function Work({ jobId }: { jobId?: string }) {
    used = useJob('translate', jobId);
    return used.job ? `${used.job.jobId} ${used.job.state}` : 'none';
  }
  const started = startClient();
  started.server.respond('job.submit', () => ({ jobId: 'j1', kind: 'translate', status: 'queued' }));
  started.server.respond('job.get', ({ payload }) => ({ ...payload, kind: 'translate', status: 'running' }));
  const page = await renderPage(createElement(Work), { started });
  await page.after(() => used?.submit({}));
  await page.render(createElement(Work, { jobId: 'j1' }));
  expect(page.text()).toBe('j1 queued');
  await page.render(createElement(Work, { jobId: 'j2' }));
  await page.after(() => {});
  expect(page.text()).toMatch('running');
  expect(started.server.asked('job.get').map(({ payload }) => payload?.jobId)).toContain('j2');
});
