import { Readable } from 'node:stream'
import { seconds, VirtualClock } from '@terrace/kit'
import { expect, it } from 'vitest'
import { startStandInCutout } from '../testing/stand-in-cutout.ts'
import { requestCutout } from './cutout-client.ts'

const order = () => ({ body: Readable.from([Buffer.from('a picture')]), bytes: 9, type: 'image/png' })

it('Q-07: a tier that took the picture and falls silent is given up after 45 s, so that another instance is asked', async () => {
  await using tier = await startStandInCutout()
  tier.behave = () => {}
  const clock = new VirtualClock()
  const asked = requestCutout(tier.url, order(), clock)
  const outcome = expect(asked).rejects.toThrow('no answer within 45 s')
  await tier.untilReceived(1)
  await clock.advance(seconds(45))
  await outcome
})
