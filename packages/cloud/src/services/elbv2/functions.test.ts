import { existsSync, rmSync } from 'node:fs'
import { request } from 'node:http'
import { join } from 'node:path'
import {
  DeregisterTargetsCommand,
  DescribeTargetGroupAttributesCommand,
  DescribeTargetGroupsCommand,
  DescribeTargetHealthCommand,
  ElasticLoadBalancingV2Client,
  ModifyTargetGroupAttributesCommand,
  ModifyTargetGroupCommand,
  RegisterTargetsCommand,
} from '@aws-sdk/client-elastic-load-balancing-v2'
import {
  AddPermissionCommand,
  CreateFunctionCommand,
  DeleteFunctionConcurrencyCommand,
  PutFunctionConcurrencyCommand,
  RemovePermissionCommand,
} from '@aws-sdk/client-lambda'
import type { TargetGroup } from '@terrace/model'
import { afterEach, describe, expect, it } from 'vitest'
import { listener, loadBalancer, targetGroup } from '../../dataplane/balancer/testing.ts'
import { startDataPlane } from '../../dataplane/data-plane.ts'
import { clientOptions, failureOf } from '../../gateway/testing.ts'
import type { Instances } from '../../ports.ts'
import { threeTiers } from '../../testing/architecture.ts'
import { functionOf, type LambdaCloud, startLambdaCloud } from '../lambda/testing.ts'
import type { Service } from '../service.ts'
import { elbv2 } from './index.ts'
import { GROUP, LISTENER } from './testing.ts'

const FUNCTION = 'arn:aws:lambda:us-east-1:123456789012:function:f'
const HOST = 'app.library.localhost'

const HANDLER = `import { existsSync, writeFileSync } from 'node:fs'
let count = 0
export const handler = async event => {
  count++
  if (event.path === '/fail') throw new Error('on purpose')
  if (event.path === '/odd') return 'hello'
  if (event.path === '/die') process.exit(1)
  if (event.path === '/late') await new Promise(() => setTimeout(() => {}, 60_000))
  if (event.path === '/slow') {
    writeFileSync(process.env.MARK, '')
    while (existsSync(process.env.MARK)) await new Promise(resolve => setTimeout(resolve, 10))
  }
  return { statusCode: 200, headers: { 'x-count': String(count) }, body: JSON.stringify(event) }
}`

interface Running {
  readonly cloud: LambdaCloud
  readonly client: ElasticLoadBalancingV2Client
  /** A file that `/slow` makes when it begins; it ends when the file is gone. */
  readonly mark: string
  get(path: string, body?: Buffer): Promise<{ status: number | undefined; text: string }>
}

let stop: () => Promise<void> = async () => {}
afterEach(() => stop())

/** A balancer on real sockets, in a thread of its own, before a function in a process of its own. */
async function start(group: Partial<TargetGroup> = {}): Promise<Running> {
  let port = 0
  const surroundings: Service = {
    name: 'data plane',
    emulates: [],
    async start(world) {
      const dataPlane = startDataPlane(world)
      world.ports.provide('dataPlane', dataPlane)
      world.ports.provide('instances', { list: () => [], onChange: () => () => {} } as object as Instances)
      port = (await dataPlane.listen(0, 0)).httpPort
      dataPlane.send({ type: 'names', names: [{ name: HOST, target: { kind: 'loadBalancer', node: 'lb' } }] })
      return { stop: () => dataPlane.stop() }
    },
  }
  const healthCheck = { ...targetGroup().healthCheck, enabled: false }
  const cloud = await startLambdaCloud({
    nodes: [
      ...threeTiers(),
      loadBalancer({ subnets: ['public-a', 'public-b'] }),
      targetGroup({ targetType: 'lambda', healthCheck, ...group }),
      listener(
        { kind: 'forward', targetGroups: [{ node: 'tg', weight: 1 }] },
        { protocol: 'HTTP', port: 80, arn: LISTENER },
      ),
    ],
    services: [surroundings, elbv2],
  })
  const client = new ElasticLoadBalancingV2Client(clientOptions(cloud.gateway.url))
  const mark = join(cloud.world.folders.run, 'mark')
  stop = async () => {
    client.destroy()
    await cloud.stop()
  }
  await cloud.client.send(
    new CreateFunctionCommand(functionOf('f', HANDLER, { Timeout: 3, Environment: { Variables: { MARK: mark } } })),
  )
  const get: Running['get'] = (path, body) =>
    new Promise((resolve, reject) => {
      const method = body ? 'POST' : 'GET'
      const sent = request({ host: '127.0.0.1', port, path, method, headers: { Host: HOST }, agent: false }, answer => {
        const chunks: Buffer[] = []
        answer.on('data', chunk => chunks.push(chunk))
        answer.on('end', () => resolve({ status: answer.statusCode, text: Buffer.concat(chunks).toString() }))
      })
      sent.on('error', reject)
      sent.end(body)
    })
  return { cloud, client, mark, get }
}

const allow = ({ cloud }: Running, SourceArn = GROUP) =>
  cloud.client.send(
    new AddPermissionCommand({
      FunctionName: 'f',
      StatementId: 'balancer',
      Action: 'lambda:InvokeFunction',
      Principal: 'elasticloadbalancing.amazonaws.com',
      SourceArn,
    }),
  )

const register = ({ client }: Running, ...ids: string[]) =>
  client.send(new RegisterTargetsCommand({ TargetGroupArn: GROUP, Targets: ids.map(Id => ({ Id })) }))

const health = async ({ client }: Running) => {
  const { TargetHealthDescriptions = [] } = await client.send(
    new DescribeTargetHealthCommand({ TargetGroupArn: GROUP }),
  )
  return TargetHealthDescriptions.map(({ Target, TargetHealth }) => [Target, TargetHealth?.State])
}

const kinds = ({ cloud }: Running, kind: string) => cloud.world.journal.since(0).filter(entry => entry.kind === kind)

describe('a function behind a load balancer', () => {
  it('answers requests, from the same process, and is told where it was called for', async () => {
    const on = await start()
    await allow(on)
    await register(on, FUNCTION)
    const { status, text } = await on.get('/path?a=b')
    expect(status).toBe(200)
    expect(JSON.parse(text)).toMatchObject({
      requestContext: { elb: { targetGroupArn: GROUP } },
      path: '/path',
      queryStringParameters: { a: 'b' },
      headers: { host: HOST, 'x-forwarded-port': '80' },
    })
    const body = Buffer.alloc(500_000, 7)
    const large = JSON.parse((await on.get('/large', body)).text)
    expect([large.isBase64Encoded, Buffer.from(large.body, 'base64').equals(body)]).toEqual([true, true])
    expect(await health(on)).toEqual([[{ Id: FUNCTION }, 'unavailable']])
  })

  it('that throws, ends, takes too long or returns something else gives 502, and the journal says why', async () => {
    const on = await start()
    await allow(on)
    await register(on, FUNCTION)
    for (const path of ['/fail', '/die', '/late', '/odd']) expect((await on.get(path)).status, path).toBe(502)
    expect((await on.get('/')).status).toBe(200)
    expect(kinds(on, 'lambda.failed').map(({ message }) => message)).toEqual([
      expect.stringContaining('on purpose'),
      expect.stringContaining('Runtime.ExitError'),
      expect.stringContaining('Task timed out after 3.00 seconds'),
    ])
  })

  it('that has no room gives 502', async () => {
    const on = await start()
    await allow(on)
    await register(on, FUNCTION)
    await on.cloud.client.send(
      new PutFunctionConcurrencyCommand({ FunctionName: 'f', ReservedConcurrentExecutions: 0 }),
    )
    expect((await on.get('/')).status).toBe(502)
    expect(kinds(on, 'elbv2.functionNotInvoked')).toMatchObject([{ details: { reason: 'LambdaThrottling' } }])
    await on.cloud.client.send(new DeleteFunctionConcurrencyCommand({ FunctionName: 'f' }))
    expect((await on.get('/')).status).toBe(200)
  })

  it('lets this group alone invoke it: others can’t register it, and get 502 when they may no longer', async () => {
    const on = await start()
    const message = `elasticloadbalancing principal does not have permission to invoke ${FUNCTION} from target group ${GROUP}`
    expect(await failureOf(register(on, FUNCTION))).toMatchObject({ name: 'AccessDenied', message })
    await allow(on, `${GROUP}0`)
    expect(await failureOf(register(on, FUNCTION))).toMatchObject({ name: 'AccessDenied' })
    const remove = new RemovePermissionCommand({ FunctionName: 'f', StatementId: 'balancer' })
    await on.cloud.client.send(remove)
    await allow(on)
    await register(on, FUNCTION)
    expect((await on.get('/')).status).toBe(200)
    await on.cloud.client.send(remove)
    for (let i = 0; i < 3; i++) expect((await on.get('/')).status).toBe(502)
    // Said once, however many requests there are.
    expect(kinds(on, 'elbv2.functionNotInvoked')).toMatchObject([{ details: { reason: 'LambdaAccessDenied' } }])
  })

  it('is the only one of its group', async () => {
    const on = await start()
    await allow(on)
    await register(on, FUNCTION)
    await register(on, FUNCTION)
    expect(await failureOf(register(on, `${FUNCTION}:live`))).toMatchObject({ name: 'TooManyTargetsException' })
    expect(await failureOf(register(on, 'i-0000000000000000a', FUNCTION))).toMatchObject({
      name: 'TooManyTargetsException',
    })
  })

  it('can be no instance, no missing function, and has no port', async () => {
    const on = await start()
    await allow(on)
    expect(await failureOf(register(on, 'i-0000000000000000a'))).toMatchObject({ name: 'InvalidTargetException' })
    expect(await failureOf(register(on, `${FUNCTION}2`))).toMatchObject({ name: 'InvalidTargetException' })
    const withPort = new RegisterTargetsCommand({ TargetGroupArn: GROUP, Targets: [{ Id: FUNCTION, Port: 80 }] })
    expect(await failureOf(on.client.send(withPort))).toMatchObject({ name: 'ValidationError' })
  })

  it('finishes what it has begun when it is taken out, and gets nothing more', async () => {
    const on = await start()
    await allow(on)
    await register(on, FUNCTION)
    await on.get('/')
    const begun = on.get('/slow')
    await expect.poll(() => existsSync(on.mark), { timeout: 5000 }).toBe(true)
    await on.client.send(new DeregisterTargetsCommand({ TargetGroupArn: GROUP, Targets: [{ Id: FUNCTION }] }))
    expect((await on.get('/')).status).toBe(503)
    rmSync(on.mark)
    expect((await begun).status).toBe(200)
    await expect.poll(() => health(on)).toEqual([])
  })

  it('has lists of values when the attribute says so, and no other attribute', async () => {
    const on = await start()
    await allow(on)
    await register(on, FUNCTION)
    const set = (Key: string, Value: string) =>
      on.client.send(new ModifyTargetGroupAttributesCommand({ TargetGroupArn: GROUP, Attributes: [{ Key, Value }] }))
    await set('lambda.multi_value_headers.enabled', 'true')
    const { Attributes } = await on.client.send(new DescribeTargetGroupAttributesCommand({ TargetGroupArn: GROUP }))
    expect(Attributes).toEqual([{ Key: 'lambda.multi_value_headers.enabled', Value: 'true' }])
    expect(await failureOf(set('stickiness.enabled', 'true'))).toMatchObject({ name: 'ValidationError' })
    await expect
      .poll(async () => JSON.parse((await on.get('/?a=1&a=2')).text), { timeout: 5000 })
      .toMatchObject({ multiValueQueryStringParameters: { a: ['1', '2'] }, multiValueHeaders: { host: [HOST] } })
  })

  it('is checked when somebody wants it', async () => {
    const on = await start()
    await allow(on)
    await register(on, FUNCTION)
    const check = { HealthCheckEnabled: true, HealthCheckPath: '/health', HealthCheckTimeoutSeconds: 4 }
    await on.client.send(new ModifyTargetGroupCommand({ TargetGroupArn: GROUP, ...check }))
    await expect.poll(() => health(on), { timeout: 5000 }).toEqual([[{ Id: FUNCTION }, 'healthy']])
    const { TargetGroups = [] } = await on.client.send(new DescribeTargetGroupsCommand({ TargetGroupArns: [GROUP] }))
    expect(TargetGroups[0]).toMatchObject({ TargetType: 'lambda', HealthCheckEnabled: true })
    expect(TargetGroups[0]).not.toHaveProperty('Port')
  })

  it('of the template is there from the start', async () => {
    const on = await start({ function: FUNCTION })
    await allow(on)
    expect((await on.get('/')).status).toBe(200)
  })
})
