import { once } from 'node:events'
import { BroadcastChannel } from 'node:worker_threads'
import { seconds, VirtualClock } from '@terrace/kit'
import { expect, it } from 'vitest'
import { BEGUN } from '../testing/colours.ts'
import { png, startTestCutout } from '../testing/running-cutout.ts'

it('Q-02: who still waits at the end of the grace is told to try again, whatever the worker does', async () => {
  const clock = new VirtualClock()
  const { post, service, log } = await startTestCutout({ clock })
  const begun = new BroadcastChannel(BEGUN)
  const hung = post(await png('hang'))
  await once(begun, 'message')
  begun.close()
  const stopped = service.stop()
  await clock.advance(seconds(19.5))
  const answer = await hung
  expect([answer.status, answer.headers.get('retry-after')]).toEqual([503, '2'])
  await clock.advance(seconds(2))
  await stopped
  expect(log.lines.map(({ message }) => message)).toContain('pictures were given up: they took longer than the grace')
})
