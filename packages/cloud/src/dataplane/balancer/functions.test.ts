import { request } from 'node:http'
import { connect } from 'node:net'
import { seconds, systemClock, VirtualClock } from '@terrace/kit'
import { afterEach, describe, expect, it } from 'vitest'
import type { FunctionInvocation, FunctionOutcome } from '../messages.ts'
import { call, loadBalancer, startBalancer, targetGroup } from './testing.ts'

const FUNCTION = 'arn:aws:lambda:us-east-1:123456789012:function:f'
const REGISTRATION = { id: FUNCTION, zone: '', address: '', port: 0, draining: false, routes: {}, function: FUNCTION }

const UNCHECKED = { ...targetGroup().healthCheck, enabled: false }
const GROUP = targetGroup({ targetType: 'lambda', healthCheck: UNCHECKED })

let stop: () => Promise<void> = async () => {}
afterEach(() => stop())

type Answer = (event: Readonly<Record<string, unknown>>) => unknown

const answered = (value: unknown): FunctionOutcome => ({ kind: 'answered', payload: JSON.stringify(value) })

async function start(
  answer: Answer | FunctionOutcome,
  group = GROUP,
  options: Pick<NonNullable<Parameters<typeof startBalancer>[1]>, 'loadBalancer'> & { clock?: VirtualClock } = {},
) {
  const invocations: FunctionInvocation[] = []
  const started = await startBalancer(options.clock ?? systemClock, {
    group,
    ...(options.loadBalancer ? { loadBalancer: options.loadBalancer } : {}),
    invoke: async invocation => {
      invocations.push(invocation)
      return typeof answer === 'function' ? answered(await answer(JSON.parse(invocation.payload))) : answer
    },
  })
  stop = () => started.stop()
  started.group.setTargets([REGISTRATION])
  return { ...started, invocations, path: started.entrance.path }
}

/** What the function got: it says so in its answer. */
const echo: Answer = event => ({ statusCode: 200, body: JSON.stringify(event) })

describe('the event of a function', () => {
  it('has method, path, parameters and header fields, undecoded, the last of several', async () => {
    const { path, invocations } = await start(echo)
    const { body } = await call(path, { target: '/a%20b?x=1%2B1&y&x=2&__proto__=z', headers: { 'X-Kind': 'some' } })
    const event = JSON.parse(body)
    expect(event).toEqual({
      requestContext: { elb: { targetGroupArn: GROUP.arn } },
      httpMethod: 'GET',
      path: '/a%20b',
      queryStringParameters: Object.fromEntries([
        ['x', '2'],
        ['y', ''],
        ['__proto__', 'z'],
      ]),
      headers: {
        host: 'app.example.com',
        'x-kind': 'some',
        'x-amzn-trace-id': expect.stringMatching(/^Root=1-/),
        'x-forwarded-for': expect.stringMatching(/^\d/),
        'x-forwarded-port': '443',
        'x-forwarded-proto': 'https',
      },
      body: '',
      isBase64Encoded: false,
    })
    expect(invocations).toMatchObject([{ targetGroup: 'tg', function: FUNCTION }])
  })

  it('has lists when the group says so', async () => {
    const { path } = await start(
      event => ({ statusCode: 200, multiValueHeaders: { 'X-A': ['1', '2'] }, body: JSON.stringify(event) }),
      { ...GROUP, multiValueHeaders: true },
    )
    const { body, headers } = await call(path, { target: '/?x=1&x=2' })
    const event = JSON.parse(body)
    expect(event.multiValueQueryStringParameters).toEqual({ x: ['1', '2'] })
    expect(event.multiValueHeaders.host).toEqual(['app.example.com'])
    expect(event).not.toHaveProperty('headers')
    expect(headers['x-a']).toBe('1, 2')
  })

  it.each([
    ['text', 'text/plain; charset=utf-8', undefined, false],
    ['JSON', 'application/json', undefined, false],
    ['text that is compressed', 'text/plain', 'gzip', true],
    ['a picture', 'image/png', undefined, true],
    ['anything without a type', undefined, undefined, true],
  ])('has the body of %s as text or in base64', async (_, type, encoding, isBase64) => {
    const { path } = await start(echo)
    const headers = { ...(type ? { 'Content-Type': type } : {}), ...(encoding ? { 'Content-Encoding': encoding } : {}) }
    const event = JSON.parse((await call(path, { method: 'POST', headers, body: 'Grüße' })).body)
    expect(event.isBase64Encoded).toBe(isBase64)
    expect(isBase64 ? Buffer.from(event.body, 'base64').toString() : event.body).toBe('Grüße')
  })

  it('has header fields in UTF-8; what is not gets 400', async () => {
    const { path, lines } = await start(echo)
    const event = JSON.parse((await call(path, { headers: { 'X-A': Buffer.from('Grüße').toString('latin1') } })).body)
    expect(event.headers['x-a']).toBe('Grüße')
    expect((await call(path, { headers: { 'X-A': '\xff' } })).status).toBe(400)
    expect(
      (await call(path, { method: 'POST', headers: { 'Content-Type': 'text/plain' }, body: Buffer.of(255) })).status,
    ).toBe(400)
    expect(lines.filter(line => line.includes('"LambdaBadRequest"'))).toHaveLength(2)
  })
})

describe('the answer of a function', () => {
  it('gives status, reason, header fields and body; connection and length are the balancer’s', async () => {
    const { path } = await start(() => ({
      statusCode: 201,
      statusDescription: '201 Made',
      headers: { 'Content-Type': 'text/html', 'Keep-Alive': 'timeout=5', 'Content-Length': '999', 'X-Name': 'Grüße' },
      body: '<p>Grüße',
    }))
    const { status, body, headers } = await call(path)
    expect([status, body]).toEqual([201, '<p>Grüße'])
    expect(headers).toMatchObject({
      'content-type': 'text/html',
      'content-length': '10',
      server: 'awselb/2.0',
    })
    expect(headers).not.toHaveProperty('keep-alive')
    expect(Buffer.from(String(headers['x-name']), 'latin1').toString()).toBe('Grüße')
  })

  it('may be binary, and several cookies', async () => {
    const { path } = await start(
      () => ({
        statusCode: 200,
        multiValueHeaders: { 'Set-Cookie': ['a=1', 'b=2'] },
        body: Buffer.of(0, 1).toString('base64'),
        isBase64Encoded: true,
      }),
      { ...GROUP, multiValueHeaders: true },
    )
    const { body, headers } = await call(path)
    expect(body).toBe('\0\x01')
    expect(headers['set-cookie']).toEqual(['a=1', 'b=2'])
    expect(headers['content-type']).toBe('application/octet-stream')
  })

  it.each<[string, unknown]>([
    ['nothing', null],
    ['a text', 'hello'],
    ['a list', []],
    ['no status', { body: 'x' }],
    ['a status in words', { statusCode: '200' }],
    ['a status that is none', { statusCode: 99 }],
    ['a status in between', { statusCode: 101 }],
    ['header fields that are no texts', { statusCode: 200, headers: { a: 1 } }],
    ['a header field that begins another one', { statusCode: 200, headers: { a: 'b\r\nSet-Cookie: c=d' } }],
    ['a name that is none', { statusCode: 200, headers: { 'a b': 'c' } }],
    ['a body that is no text', { statusCode: 200, body: {} }],
    ['a body that is no base64', { statusCode: 200, body: 'ä', isBase64Encoded: true }],
    ['header fields beyond 32 KB', { statusCode: 200, headers: { a: 'b'.repeat(33_000) } }],
  ])('that is %s gets 502', async (_, value) => {
    const { path, lines } = await start(() => value)
    expect((await call(path)).status).toBe(502)
    expect(lines[0]).toContain('"LambdaInvalidResponse"')
  })

  it('that is larger than 1 MB gets 502', async () => {
    const { path, lines } = await start(() => ({ statusCode: 200, body: 'x'.repeat(1_048_576) }))
    expect((await call(path)).status).toBe(502)
    expect(lines[0]).toContain('"LambdaResponseTooLarge"')
  })

  it('to HEAD has its length and no body', async () => {
    const { path } = await start(() => ({ statusCode: 200, body: 'hello' }))
    const { headers, body } = await call(path, { method: 'HEAD' })
    expect([headers['content-length'], body]).toEqual(['5', ''])
  })
})

describe('requests that no function gets', () => {
  it('have a body beyond 1 MB: 413, announced or not, and the function isn’t asked', async () => {
    const { path, invocations, lines } = await start(echo)
    const body = Buffer.alloc(1_048_577)
    const status = (headers: Record<string, string>) =>
      new Promise<number | undefined>((resolve, reject) => {
        const sent = request({ socketPath: path, method: 'POST', headers: { Host: 'a', ...headers }, agent: false })
        sent.on('response', response => {
          response.resume()
          resolve(response.statusCode)
        })
        sent.on('error', reject)
        sent.write(body.subarray(0, 1000))
        sent.end(body.subarray(1000))
      })
    expect(await status({ 'Content-Length': String(body.length) })).toBe(413)
    expect(await status({ 'Transfer-Encoding': 'chunked' })).toBe(413)
    expect(invocations).toEqual([])
    expect(lines.every(line => line.includes('"LambdaRequestTooLarge"'))).toBe(true)
    const exact = await call(path, { method: 'POST', body: body.subarray(1), headers: { 'Content-Type': 'image/png' } })
    // What comes in whole is larger in base64: the echo is beyond what may go out.
    expect(exact.status).toBe(502)
    expect(invocations).toHaveLength(1)
  })

  it('ask for a WebSocket: 400', async () => {
    const { path, lines } = await start(echo)
    const headers = { Connection: 'Upgrade', Upgrade: 'websocket' }
    expect((await call(path, { headers })).status).toBe(400)
    expect(lines[0]).toContain('"LambdaWebsocketNotSupported"')
  })
})

describe('a function that can’t be invoked', () => {
  it.each([
    ['LambdaAccessDenied', 'LambdaUserError'],
    ['LambdaThrottling', 'LambdaUserError'],
    ['LambdaUnhandled', 'LambdaUserError'],
    ['LambdaServiceException', 'LambdaInternalError'],
  ] as const)('gives 502, with %s in the log and the metric %s', async (reason, metric) => {
    const { path, lines, balancer } = await start({ kind: 'failed', reason })
    const { status, body } = await call(path)
    expect([status, body]).toEqual([502, expect.stringContaining('502 Bad Gateway')])
    expect(lines[0]).toMatch(
      new RegExp(`:\\d+ - 0\\.\\d+ 0\\.\\d+ 0\\.\\d+ 502 - .* "forward" "-" "${reason}" "-" "-" "-" "-"$`),
    )
    const counted = Object.assign({}, ...balancer.takeSamples().map(({ counts }) => counts))
    expect(counted).toMatchObject({ [metric]: 1, HTTPCode_ELB_502_Count: 1, RequestCount: 1 })
    expect(counted.LambdaTargetProcessedBytes).toBeGreaterThan(0)
  })

  it('and that says nothing for as long as the idle timeout gives 504', async () => {
    const clock = new VirtualClock()
    const asked = Promise.withResolvers<void>()
    const { path, lines } = await start(
      () => {
        asked.resolve()
        return new Promise(() => {})
      },
      GROUP,
      { clock, loadBalancer: loadBalancer({ idleTimeout: seconds(3) }) },
    )
    const answer = call(path)
    await asked.promise
    await clock.advance(seconds(3))
    expect((await answer).status).toBe(504)
    expect(lines[0]).toContain('"LambdaConnectionTimeout"')
  })

  it('while its client goes away is only in the log, with 460', async () => {
    const asked = Promise.withResolvers<void>()
    const done = Promise.withResolvers<unknown>()
    const { path, lines, group } = await start(() => {
      asked.resolve()
      return done.promise
    })
    const client = connect(path)
    client.write('GET / HTTP/1.1\r\nHost: a\r\n\r\n')
    await asked.promise
    const idle = new Promise<void>(resolve => {
      const target = group.choose('us-east-1a')?.target
      if (target) target.onIdle = resolve
    })
    client.destroy()
    await idle
    done.resolve({ statusCode: 200 })
    await expect.poll(() => lines[0]).toContain(' 460 - ')
  })
})

describe('what is told of a function', () => {
  it('is its status in log and metrics, and no address', async () => {
    const { path, lines, balancer } = await start(() => ({ statusCode: 404, body: 'no' }))
    await call(path)
    expect(lines[0]).toMatch(/:\d+ - 0\.\d+ 0\.\d+ 0\.\d+ 404 404 .* "forward" "-" "-" "-" "-" "-" "-"$/)
    const counted = Object.assign({}, ...balancer.takeSamples().map(({ counts }) => counts))
    expect(counted).toMatchObject({ HTTPCode_Target_4XX_Count: 1, RequestCount: 1 })
    expect(counted).not.toHaveProperty('LambdaUserError')
  })
})

describe('health checks of a function', () => {
  const checked = { ...GROUP, healthCheck: { ...UNCHECKED, enabled: true, path: '/check' } }

  it('are off unless the group has them: it gets requests', async () => {
    const { messages } = await start(echo)
    expect(messages).toMatchObject([{ type: 'health', state: 'unavailable', reason: 'Target.HealthCheckDisabled' }])
  })

  it('are invocations by the checker, whose answers count', async () => {
    const clock = new VirtualClock()
    let statusCode = 200
    const { messages, invocations } = await start(() => ({ statusCode }), checked, { clock })
    await expect.poll(() => messages).toMatchObject([{ state: 'healthy' }])
    expect(JSON.parse(invocations[0]?.payload ?? '')).toEqual({
      requestContext: { elb: { targetGroupArn: GROUP.arn } },
      httpMethod: 'GET',
      path: '/check',
      queryStringParameters: {},
      headers: { 'user-agent': 'ELB-HealthChecker/2.0' },
      body: '',
      isBase64Encoded: false,
    })
    statusCode = 500
    for (const count of [2, 3]) {
      await clock.advance(seconds(5))
      await expect.poll(() => invocations.length).toBe(count)
    }
    await expect
      .poll(() => messages.at(-1))
      .toMatchObject({ state: 'unhealthy', description: 'Health checks failed with these codes: [500]' })
  })

  it('that fail to be invoked are failed checks, no more often than at the interval', async () => {
    const clock = new VirtualClock()
    const { messages, invocations } = await start({ kind: 'failed', reason: 'LambdaUnhandled' }, checked, { clock })
    await clock.advance(seconds(4))
    expect(invocations).toHaveLength(1)
    await clock.advance(seconds(1))
    await expect.poll(() => messages.at(-1)).toMatchObject({ state: 'unhealthy', reason: 'Target.FailedHealthChecks' })
  })
})
