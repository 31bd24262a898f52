import { CreateFunctionCommand, InvokeCommand, UpdateFunctionConfigurationCommand } from '@aws-sdk/client-lambda'
import { functionOf, type LambdaCloud, startLambdaCloud } from '../../packages/cloud/src/services/lambda/testing.ts'
import type { Bench, Figure } from '../figure.ts'
import { rounded } from '../running.ts'

const ADMINISTRATOR = { kind: 'administrator', arn: 'arn:aws:iam::123456789012:user/administrator' } as const
const ARN = 'arn:aws:lambda:us-east-1:123456789012:function:f'

/** What the cloud adds to a handler: to one whose process waits, and to one whose process has to start. */
export const bench: Bench = {
  name: 'lambda',
  describe: 'what an invocation costs beside its handler, warm and cold',
  async *run({ quick }) {
    await using on = await startLambdaCloud()
    await on.client.send(
      new CreateFunctionCommand(functionOf('f', 'export const handler = async () => process.cpuUsage()')),
    )
    yield await warm(on, quick ? 200 : 2000)
    yield await cold(on, quick ? 4 : 20)
  },
}

async function warm(on: LambdaCloud, times: number): Promise<Figure> {
  const functions = await on.world.ports.need('functions')
  const once = () => functions.invoke({ arn: ARN, payload: '{"a":1}', from: ADMINISTRATOR })
  await timed(once, 50)
  const own = median(await timed(once, times))
  const bySdk = median(await timed(() => on.client.send(new InvokeCommand({ FunctionName: 'f' })), times))
  return {
    bench: 'lambda',
    figure: 'an event for a process that waits, from the call to the answer of an empty handler, median',
    ours: rounded(own, 2),
    peer: null,
    ratio: null,
    unit: 'ms',
    bar: '≤ 3 ms',
    pass: own <= 3,
    note: `through the gateway with the SDK ${rounded(bySdk, 2)} ms`,
  }
}

async function cold(on: LambdaCloud, times: number): Promise<Figure> {
  const functions = await on.world.ports.need('functions')
  const spans: number[] = []
  const used: number[] = []
  // The first start of a machine compiles the runtime; its code is kept for all others.
  for (let i = 0; i <= times; i++) {
    const Environment = { Variables: { ROUND: String(i) } }
    // Processes of the revision before are not used again.
    await on.client.send(new UpdateFunctionConfigurationCommand({ FunctionName: 'f', Environment }))
    const begun = performance.now()
    const { payload } = await functions.invoke({ arn: ARN, payload: '{}', from: ADMINISTRATOR })
    spans.push(performance.now() - begun)
    const { user, system }: NodeJS.CpuUsage = JSON.parse(payload)
    used.push((user + system) / 1000)
  }
  const [first = 0, ...rest] = spans
  const own = median(rest)
  return {
    bench: 'lambda',
    figure: 'an event for which a process has to start, from the call to the answer of an empty handler, median',
    ours: rounded(own, 0),
    peer: null,
    ratio: null,
    unit: 'ms',
    bar: '≤ 150 ms',
    pass: own <= 150,
    note: [
      `the first ${rounded(first, 0)} ms, the slowest of ${times} ${rounded(Math.max(...rest), 0)} ms`,
      `processor time of a process until its handler runs ${rounded(median(used), 0)} ms`,
    ].join('; '),
  }
}

async function timed(action: () => Promise<unknown>, times: number): Promise<number[]> {
  const spans: number[] = []
  for (let i = 0; i < times; i++) {
    const begun = performance.now()
    await action()
    spans.push(performance.now() - begun)
  }
  return spans
}

const median = (values: readonly number[]): number =>
  [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0
