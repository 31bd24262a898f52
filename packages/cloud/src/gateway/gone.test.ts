import { once } from 'node:events'
import { request } from 'node:http'
import { expect, it } from 'vitest'
import { type AwsApi, operation, shape } from './api.ts'
import { startTestCloud } from './testing.ts'

it('a call whose client hangs up learns of it; one that was answered does not', async () => {
  await using cloud = Object.assign(await startTestCloud({ services: [] }), {
    [Symbol.asyncDispose]: () => cloud.stop(),
  })
  const called = Promise.withResolvers<AbortSignal>()
  const answered: AbortSignal[] = []
  const wait = operation({
    name: 'Wait',
    input: shape({}),
    authorize: () => [],
    async run(_, { gone }) {
      called.resolve(gone)
      await once(gone, 'abort')
    },
  })
  const pass = operation({
    name: 'Pass',
    input: shape({}),
    authorize: () => [],
    run(_, { gone }) {
      answered.push(gone)
      return {}
    },
  })
  const api: AwsApi = {
    signingName: 'polls',
    protocol: { kind: 'json', version: '1.0', target: 'Polls' },
    operations: [wait, pass],
  }
  cloud.gateway.register(api)
  const call = (name: string) => {
    const outgoing = request({
      host: '127.0.0.1',
      port: new URL(cloud.gateway.url).port,
      method: 'POST',
      agent: false,
      headers: {
        'content-type': 'application/x-amz-json-1.0',
        'x-amz-target': `Polls.${name}`,
        'x-amz-date': '20261122T000000Z',
        authorization:
          'AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20261122/us-east-1/polls/aws4_request, SignedHeaders=host, Signature=00',
      },
    })
    outgoing.on('error', () => {})
    return outgoing.end('{}')
  }

  const left = call('Wait')
  const gone = await called.promise
  expect(gone.aborted).toBe(false)
  const told = once(gone, 'abort')
  left.destroy()
  await told

  const [response] = await once(call('Pass'), 'response')
  response.resume()
  await once(response, 'close')
  expect(answered.map(({ aborted }) => aborted)).toEqual([false])
})
