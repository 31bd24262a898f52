import {
  CreateFunctionCommand,
  DeleteFunctionCommand,
  GetFunctionCommand,
  InvokeCommand,
  type InvokeCommandInput,
  PublishVersionCommand,
  UpdateFunctionCodeCommand,
  UpdateFunctionConfigurationCommand,
} from '@aws-sdk/client-lambda'
import { describe, expect, it } from 'vitest'
import { failureOf } from '../../gateway/testing.ts'
import { functionOf, type LambdaCloud, startLambdaCloud, zipOf } from './testing.ts'

const TEXT = new TextDecoder()

async function call({ client }: LambdaCloud, input: Omit<InvokeCommandInput, 'Payload'> & { event?: unknown }) {
  const { event, ...rest } = input
  const payload = event === undefined ? {} : { Payload: Buffer.from(JSON.stringify(event)) }
  const answer = await client.send(new InvokeCommand({ ...rest, ...payload }))
  const text = TEXT.decode(answer.Payload)
  return { ...answer, body: text === '' ? undefined : JSON.parse(text) }
}

/** Makes a function and invokes it once. */
async function run(on: LambdaCloud, text: string, event: unknown = {}, rest: object = {}) {
  await on.client.send(new CreateFunctionCommand(functionOf('f', text, rest)))
  return await call(on, { FunctionName: 'f', event, LogType: 'Tail' })
}

const logOf = ({ LogResult = '' }: { LogResult?: string | undefined }) => Buffer.from(LogResult, 'base64').toString()

describe('a function', () => {
  it('answers with what its handler returns, knows its context, and is used again', async () => {
    await using on = await startLambdaCloud()
    const text = `let count = 0
      export const handler = async (event, context) => ({
        event, count: ++count, pid: process.pid, name: context.functionName, id: context.awsRequestId,
        arn: context.invokedFunctionArn, left: context.getRemainingTimeInMillis(), mine: process.env.MINE,
        known: Object.keys(process.env).filter(name => name.startsWith('AWS_')).length > 10,
        home: process.env.HOME ?? null,
      })`
    const first = await run(on, text, { a: 1 }, { Environment: { Variables: { MINE: 'yes' } } })
    expect(first).toMatchObject({ StatusCode: 200, ExecutedVersion: '$LATEST' })
    expect(first.body).toMatchObject({
      event: { a: 1 },
      count: 1,
      name: 'f',
      arn: 'arn:aws:lambda:us-east-1:123456789012:function:f',
      mine: 'yes',
      known: true,
      home: null,
    })
    expect(first.body.left).toBeGreaterThan(2000)
    const second = await call(on, { FunctionName: 'f', event: ['a list'] })
    expect(second.body).toMatchObject({ event: ['a list'], count: 2, pid: first.body.pid })
    expect(second.body.id).not.toBe(first.body.id)
  })

  it.each([
    ['an ES module', 'index.mjs', 'export const handler = async () => "here"'],
    ['CommonJS', 'index.js', 'exports.handler = async () => "here"'],
    [
      'a handler that calls back',
      'index.js',
      'exports.handler = (event, context, done) => { setImmediate(() => done(null, "here")) }',
    ],
  ])('runs as %s', async (_, file, text) => {
    await using on = await startLambdaCloud()
    await on.client.send(new CreateFunctionCommand({ ...functionOf('f', ''), Code: { ZipFile: zipOf(text, file) } }))
    expect((await call(on, { FunctionName: 'f' })).body).toBe('here')
  })

  it.each([
    [
      'throws',
      'export const handler = async () => { throw new TypeError("no") }',
      { errorType: 'TypeError', errorMessage: 'no', trace: expect.arrayContaining(['TypeError: no']) },
    ],
    ['throws a text', 'export const handler = async () => { throw "no" }', { errorType: 'string', errorMessage: 'no' }],
    [
      'ends its process',
      'export const handler = async () => process.exit(3)',
      {
        errorType: 'Runtime.ExitError',
        errorMessage: expect.stringMatching(/^RequestId: [\w-]+ Error: Runtime exited with error: exit status 3$/),
      },
    ],
    [
      'leaves a promise alone',
      'export const handler = () => { Promise.reject(new Error("lost")); return new Promise(() => {}) }',
      { errorType: 'Runtime.UnhandledPromiseRejection', errorMessage: 'Error: lost' },
    ],
    [
      'fails later',
      'export const handler = () => { setImmediate(() => { throw new Error("late") }); return new Promise(() => {}) }',
      { errorType: 'Error', errorMessage: 'late' },
    ],
    [
      'has no handler',
      'export const other = 1',
      { errorType: 'Runtime.HandlerNotFound', errorMessage: 'index.handler is undefined or not exported' },
    ],
    ['cannot be read', 'export const handler = (', { errorType: 'Runtime.UserCodeSyntaxError' }],
    [
      'lacks a module',
      'import "not-there"; export const handler = async () => 1',
      { errorType: 'Runtime.ImportModuleError' },
    ],
    [
      'streams',
      'export const handler = awslambda.streamifyResponse(async () => {})',
      { errorType: 'Runtime.StreamingNotEmulated' },
    ],
  ])('that %s is an error of the function, and the next call finds a new process', async (_, text, body) => {
    await using on = await startLambdaCloud()
    const failed = await run(on, text)
    expect(failed).toMatchObject({ StatusCode: 200, FunctionError: 'Unhandled', body })
    await on.client.send(
      new UpdateFunctionCodeCommand({ FunctionName: 'f', ZipFile: zipOf('export const handler = async () => 1') }),
    )
    expect((await call(on, { FunctionName: 'f' })).body).toBe(1)
  })

  it('is ended when its time is over, and says so as AWS does', async () => {
    await using on = await startLambdaCloud()
    const late = await run(
      on,
      'export const handler = () => new Promise(() => setInterval(() => {}, 1e6))',
      {},
      { Timeout: 1 },
    )
    expect(late).toMatchObject({ FunctionError: 'Unhandled', body: { errorType: 'Sandbox.Timedout' } })
    expect(late.body.errorMessage).toMatch(/^RequestId: [\w-]+ Error: Task timed out after 1.00 seconds$/)
    expect(logOf(late)).toMatch(/Task timed out after 1.00 seconds\nEND RequestId.*\nREPORT .*\tStatus: timeout\t\n$/)
  })

  it('is ended when it takes more memory than it has, and the report says how much', async () => {
    await using on = await startLambdaCloud()
    const text = `const kept = []
      export const handler = () => new Promise(() => setInterval(() => kept.push(Buffer.alloc(20e6, 1)), 20))`
    const large = await run(on, text, {}, { Timeout: 20, MemorySize: 256 })
    expect(large.body).toMatchObject({ errorType: 'Runtime.OutOfMemory', errorMessage: /signal: killed$/ })
    const [, used = ''] = /Memory Size: 256 MB\tMax Memory Used: (\d+) MB/.exec(logOf(large)) ?? []
    expect(Number(used)).toBeGreaterThan(256)
  })

  it('writes START, its own lines, END and REPORT', async () => {
    await using on = await startLambdaCloud()
    const first = await run(on, 'export const handler = async () => { console.log("a %s", "b"); console.error("c") }')
    const id = '[0-9a-f-]{36}'
    const lines = logOf(first).split('\n')
    expect(lines[0]).toMatch(new RegExp(`^START RequestId: ${id} Version: \\$LATEST$`))
    expect(lines[1]).toMatch(new RegExp(`^\\d{4}-.*Z\t${id}\tINFO\ta b$`))
    expect(lines[2]).toMatch(new RegExp(`^\\d{4}-.*Z\t${id}\tERROR\tc$`))
    expect(lines[3]).toMatch(new RegExp(`^END RequestId: ${id}$`))
    expect(lines[4]).toMatch(
      new RegExp(
        `^REPORT RequestId: ${id}\tDuration: [\\d.]+ ms\tBilled Duration: \\d+ ms\tMemory Size: 128 MB\tMax Memory Used: \\d+ MB\tInit Duration: [\\d.]+ ms\t$`,
      ),
    )
    expect(first.body).toBe(null)
  })

  it('writes documents of JSON when it is told to, from the level that it is told', async () => {
    await using on = await startLambdaCloud()
    const LoggingConfig = { LogFormat: 'JSON', ApplicationLogLevel: 'WARN' }
    const first = await run(
      on,
      'export const handler = async () => { console.log("a"); console.warn("b") }',
      {},
      { LoggingConfig },
    )
    const documents = logOf(first)
      .trim()
      .split('\n')
      .map(line => JSON.parse(line))
    expect(documents).toMatchObject([
      { type: 'platform.start', record: { version: '$LATEST' } },
      { level: 'WARN', message: 'b' },
      { type: 'platform.report', record: { status: 'success', metrics: { memorySizeMB: 128 } } },
    ])
  })

  it('handles events at once in processes of their own', async () => {
    await using on = await startLambdaCloud()
    const text = 'export const handler = () => new Promise(done => setTimeout(() => done(process.pid), 300))'
    await on.client.send(new CreateFunctionCommand(functionOf('f', text)))
    const answers = await Promise.all([1, 2, 3].map(() => call(on, { FunctionName: 'f' })))
    expect(new Set(answers.map(({ body }) => body)).size).toBe(3)
  })

  it('is ended by a stop of the cloud at any moment of its start', async () => {
    const text = 'export const handler = () => new Promise(() => setInterval(() => {}, 1000))'
    for (let turns = 0; turns < 30; turns += 6) {
      const on = await startLambdaCloud()
      await on.client.send(new CreateFunctionCommand(functionOf('f', text, { Timeout: 900 })))
      await on.client.send(new InvokeCommand({ FunctionName: 'f', InvocationType: 'Event' }))
      for (let turn = 0; turn < turns; turn++) await new Promise(setImmediate)
      await on.stop()
      expect(await on.world.supervisor.memory()).toBe(0)
    }
  })

  it('runs a version as it was published, whatever becomes of $LATEST', async () => {
    await using on = await startLambdaCloud()
    await run(on, 'export const handler = async () => "old"')
    const { Version } = await on.client.send(new PublishVersionCommand({ FunctionName: 'f' }))
    await on.client.send(
      new UpdateFunctionCodeCommand({
        FunctionName: 'f',
        ZipFile: zipOf('export const handler = async () => process.env.WHO'),
      }),
    )
    await on.client.send(
      new UpdateFunctionConfigurationCommand({ FunctionName: 'f', Environment: { Variables: { WHO: 'new' } } }),
    )
    expect((await call(on, { FunctionName: 'f', Qualifier: Version })).body).toBe('old')
    expect((await call(on, { FunctionName: 'f' })).body).toBe('new')
    await on.client.send(new DeleteFunctionCommand({ FunctionName: 'f' }))
    expect(await failureOf(on.client.send(new GetFunctionCommand({ FunctionName: 'f' })))).toEqual({
      name: 'ResourceNotFoundException',
      status: 404,
      message: 'Function not found: arn:aws:lambda:us-east-1:123456789012:function:f',
    })
  })
})
