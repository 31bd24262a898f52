import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { minutes, VirtualClock } from '@terrace/kit'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { sessionOf, startTestCloud, testRole } from '../../gateway/testing.ts'
import type { Principal } from '../../identity/principal.ts'
import { helloService } from './index.ts'
import { LARGEST_PAGE, LONGEST_MESSAGE, LONGEST_NAME, MOST_GREETINGS } from './limits.ts'
import { callHello } from './testing.ts'

const ARN = 'arn:aws:hello:us-east-1:123456789012:greeting'
const START = Date.UTC(2026, 10, 22, 9, 30)

const reader = testRole('reader', {
  Effect: 'Allow',
  Action: ['hello:GetGreeting', 'hello:ListGreetings'],
  Resource: [`${ARN}/public-*`, '*'],
})
const limited = testRole('limited', { Effect: 'Allow', Action: 'hello:*', Resource: `${ARN}/public-*` })

let state: string

beforeEach(() => {
  state = mkdtempSync(join(tmpdir(), 'terrace-hello-'))
})

afterEach(() => {
  rmSync(state, { recursive: true, force: true })
})

async function start() {
  const clock = new VirtualClock(START)
  const cloud = await startTestCloud({ nodes: [reader, limited], services: [helloService], state, clock })
  const call = (operation: string, input?: object, caller?: Principal) => callHello(cloud, operation, input, caller)
  const put = (Name: string, Message = 'Good morning') => call('PutGreeting', { Name, Message })
  return { cloud, clock, world: cloud.world, call, put, [Symbol.asyncDispose]: () => cloud.stop() }
}

/** How an error is answered. */
const failure = (code: string, message: string | RegExp) => ({
  status: 400,
  body: expect.objectContaining({
    __type: code,
    message: typeof message === 'string' ? expect.stringContaining(message) : expect.stringMatching(message),
  }),
})

describe('greetings through the API', () => {
  it('are there once they were put, with the newest message, until they are deleted', async () => {
    await using on = await start()
    const Greeting = { Name: 'welcome', Arn: `${ARN}/welcome`, Message: 'Good morning', LastModifiedDate: START / 1000 }
    expect(await on.put('welcome')).toEqual({ status: 200, body: { Greeting } })
    await on.clock.advance(minutes(5))
    await on.put('welcome', 'Good evening')
    expect(await on.call('GetGreeting', { Name: 'welcome' })).toEqual({
      status: 200,
      body: { Greeting: { ...Greeting, Message: 'Good evening', LastModifiedDate: START / 1000 + 300 } },
    })
    expect(await on.call('DeleteGreeting', { Name: 'welcome' })).toEqual({ status: 200, body: {} })
    const gone = failure('ResourceNotFoundException', 'The greeting welcome does not exist.')
    expect(await on.call('GetGreeting', { Name: 'welcome' })).toEqual(gone)
    expect(await on.call('DeleteGreeting', { Name: 'welcome' })).toEqual(gone)
  })

  it('are listed by name, in pages, whatever is deleted between two of them', async () => {
    await using on = await start()
    for (const name of ['d', 'b', 'e', 'a', 'c']) await on.put(name)
    const list = async (input: object) => {
      const { Greetings, NextToken } = (await on.call('ListGreetings', input)).body
      return { names: Array.isArray(Greetings) ? Greetings.map(({ Name }) => Name) : [], NextToken }
    }
    expect(await list({})).toEqual({ names: ['a', 'b', 'c', 'd', 'e'], NextToken: undefined })
    expect(await list({ MaxResults: 5 })).toEqual({ names: ['a', 'b', 'c', 'd', 'e'], NextToken: undefined })
    const first = await list({ MaxResults: 2 })
    expect(first.names).toEqual(['a', 'b'])
    await on.call('DeleteGreeting', { Name: 'b' })
    const second = await list({ MaxResults: 2, NextToken: first.NextToken })
    expect(second.names).toEqual(['c', 'd'])
    const last = await list({ MaxResults: 2, NextToken: second.NextToken })
    expect(last).toEqual({ names: ['e'], NextToken: undefined })
  })

  it('are not more on a page than the largest page has, nor more in the account than its quota', async () => {
    await using on = await start()
    for (let i = 0; i < MOST_GREETINGS; i++) expect((await on.put(`greeting-${i}`)).status).toBe(200)
    expect((await on.call('ListGreetings')).body.Greetings).toHaveLength(LARGEST_PAGE)
    expect(await on.put('one-more')).toEqual(failure('ServiceQuotaExceededException', `${MOST_GREETINGS} greetings`))
    expect((await on.put('greeting-0', 'Still changes')).status).toBe(200)
  })

  it('survive a restart', async () => {
    const first = await start()
    await first.put('kept')
    await first.put('deleted')
    await first.call('DeleteGreeting', { Name: 'deleted' })
    await first.cloud.stop()
    await using second = await start()
    expect((await second.call('GetGreeting', { Name: 'kept' })).body).toMatchObject({
      Greeting: { Message: 'Good morning', LastModifiedDate: START / 1000 },
    })
    expect((await second.call('GetGreeting', { Name: 'deleted' })).status).toBe(400)
  })

  it('are not changed by what could not be written', async () => {
    await using on = await start()
    await on.put('welcome')
    mkdirSync(join(state, 'data', 'hello', 'greetings.json.new'))
    expect((await on.put('welcome', 'Good evening')).status).toBe(500)
    expect((await on.call('DeleteGreeting', { Name: 'welcome' })).status).toBe(500)
    expect((await on.call('GetGreeting', { Name: 'welcome' })).body).toMatchObject({
      Greeting: { Message: 'Good morning' },
    })
  })

  it.each(['{', '{}', '[{"name":1}]'])('are refused at the start when their file holds %s', async content => {
    await (await start()).cloud.stop()
    const file = join(state, 'data', 'hello', 'greetings.json')
    writeFileSync(file, content)
    await expect(start()).rejects.toMatchObject({ code: 'HELLO_STATE_CORRUPT', place: { file } })
  })
})

describe('what is refused', () => {
  it.each<[string, string, object, string, string | RegExp]>([
    ['no name', 'PutGreeting', { Message: 'm' }, 'ValidationException', /at 'name' failed to satisfy constraint/i],
    ['an empty name', 'GetGreeting', { Name: '' }, 'ValidationException', /at 'name' failed to satisfy constraint/i],
    [
      'a name with a blank',
      'GetGreeting',
      { Name: 'a b' },
      'ValidationException',
      /at 'name' failed to satisfy constraint/i,
    ],
    [
      'a path as a name',
      'GetGreeting',
      { Name: '../a' },
      'ValidationException',
      /at 'name' failed to satisfy constraint/i,
    ],
    [
      'a long name',
      'GetGreeting',
      { Name: 'a'.repeat(LONGEST_NAME + 1) },
      'ValidationException',
      /at 'name' failed to satisfy constraint/i,
    ],
    [
      'no message',
      'PutGreeting',
      { Name: 'a', Message: '' },
      'ValidationException',
      /at 'message' failed to satisfy constraint/i,
    ],
    [
      'a long message',
      'PutGreeting',
      { Name: 'a', Message: 'm'.repeat(LONGEST_MESSAGE + 1) },
      'ValidationException',
      /at 'message' failed to satisfy constraint/i,
    ],
    [
      'an empty page',
      'ListGreetings',
      { MaxResults: 0 },
      'ValidationException',
      /at 'maxResults' failed to satisfy constraint/i,
    ],
    [
      'too large a page',
      'ListGreetings',
      { MaxResults: LARGEST_PAGE + 1 },
      'ValidationException',
      /at 'maxResults' failed to satisfy constraint/i,
    ],
    ['a token that no page gave', 'ListGreetings', { NextToken: 'x' }, 'InvalidNextTokenException', 'not valid'],
    [
      'a member that is not emulated',
      'PutGreeting',
      { Name: 'a', Message: 'm', Tags: [] },
      'UnknownOperationException',
      'the member Tags of PutGreeting is not emulated',
    ],
    ['an operation that is not emulated', 'TagResource', {}, 'UnknownOperationException', 'TagResource'],
  ])('is %s, with the code of AWS, and nothing changes', async (_, operation, input, code, message) => {
    await using on = await start()
    expect(await on.call(operation, input)).toEqual(failure(code, message))
    expect((await on.call('ListGreetings')).body.Greetings).toEqual([])
  })

  it('is what the role of the caller does not allow, by action and resource', async () => {
    await using on = await start()
    await on.put('public-a')
    const asReader = (operation: string, input?: object) => on.call(operation, input, sessionOf(reader))
    expect((await asReader('GetGreeting', { Name: 'public-a' })).status).toBe(200)
    expect((await asReader('ListGreetings')).status).toBe(200)
    const denied = (action: string, resource: string) =>
      failure('AccessDeniedException', `hello:${action} on resource: ${resource} because`)
    const put = { Name: 'public-a', Message: 'm' }
    expect(await asReader('PutGreeting', put)).toEqual(denied('PutGreeting', `${ARN}/public-a`))
    expect(await asReader('DeleteGreeting', { Name: 'public-a' })).toEqual(denied('DeleteGreeting', `${ARN}/public-a`))
    const asLimited = (operation: string, input?: object) => on.call(operation, input, sessionOf(limited))
    expect((await asLimited('PutGreeting', put)).status).toBe(200)
    for (const operation of ['PutGreeting', 'GetGreeting', 'DeleteGreeting']) {
      const input = operation === 'PutGreeting' ? { Name: 'private', Message: 'm' } : { Name: 'private' }
      expect(await asLimited(operation, input)).toEqual(denied(operation, `${ARN}/private`))
    }
    expect(await asLimited('ListGreetings')).toEqual(denied('ListGreetings', '*'))
  })
})

describe('every change', () => {
  it('is in the journal, counted by a metric, and an event', async () => {
    await using on = await start()
    const events: unknown[] = []
    on.world.deliveries.register('events', ({ body }) => void events.push(JSON.parse(body)))
    await on.put('welcome')
    await on.put('welcome', 'Good evening')
    await on.clock.advance(minutes(1))
    await on.call('DeleteGreeting', { Name: 'welcome' })

    const notes = on.world.journal.since(0).filter(({ kind }) => kind.startsWith('hello.'))
    expect(notes.map(({ kind, message }) => [kind, message])).toEqual([
      ['hello.created', 'the greeting welcome was created'],
      ['hello.updated', 'the greeting welcome was updated'],
      ['hello.deleted', 'the greeting welcome was deleted'],
    ])
    const count = on.world.metrics.query({
      namespace: 'AWS/Hello',
      name: 'GreetingCount',
      dimensions: {},
      statistic: 'Average',
      period: minutes(1),
      from: START,
      to: START + minutes(2),
    })
    expect(count.map(({ at, value }) => [at, value])).toEqual([
      [START, 1],
      [START + minutes(1), 0],
    ])
    expect(events).toMatchObject(
      ['CREATED', 'UPDATED', 'DELETED'].map(changed => ({
        source: 'aws.hello',
        'detail-type': 'Hello Greeting State Change',
        account: '123456789012',
        resources: [`${ARN}/welcome`],
        detail: { name: 'welcome', state: changed },
      })),
    )
  })
})
