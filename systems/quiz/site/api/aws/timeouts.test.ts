import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, afterEach, beforeAll, expect, it, vi } from 'vitest'
import { Bucket } from './bucket.ts'
import { gateParameter } from './gate-parameter.ts'
import { TIMEOUTS } from './timeouts.ts'

let asked = 0
// Takes every request, and answers none.
const silent = createServer(() => asked++)
const SOON = { ...TIMEOUTS, requestTimeout: 50 }

beforeAll(async () => {
  silent.listen(0, '127.0.0.1')
  await once(silent, 'listening')
  vi.stubEnv('AWS_ENDPOINT_URL', `http://127.0.0.1:${(silent.address() as AddressInfo).port}`)
  vi.stubEnv('AWS_REGION', 'us-east-1')
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'AKIAIOSFODNN7EXAMPLE')
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'example')
})
afterEach(() => {
  asked = 0
})
afterAll(() => {
  vi.unstubAllEnvs()
  silent.closeAllConnections()
  silent.close()
})

it('a bucket that does not answer is given up after three tries', async () => {
  const bucket = new Bucket('pictures', SOON)
  await expect(bucket.read('media/one')).rejects.toMatchObject({ name: 'TimeoutError' })
  expect(asked).toBe(3)
  await expect(bucket.putMedia('media/one', Buffer.from('x'), 'image/png')).rejects.toMatchObject({
    name: 'TimeoutError',
  })
  bucket.close()
})

it('a parameter that does not answer is given up after two tries', async () => {
  const gate = gateParameter('/quiz/cutout/gate', SOON)
  await expect(gate.read()).rejects.toMatchObject({ name: 'TimeoutError' })
  expect(asked).toBe(2)
  gate.close()
})
