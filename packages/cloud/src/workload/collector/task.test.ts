import { BatchGetTracesCommand, XRayClient } from '@aws-sdk/client-xray'
import { seconds } from '@terrace/kit'
import { expect, it } from 'vitest'
import { clientOptions, policy, testRole } from '../../gateway/testing.ts'
import { ecr } from '../../services/ecr/index.ts'
import { ecsService } from '../../services/ecs/index.ts'
import {
  surroundings,
  targetGroup,
  testContainer,
  testDefinition,
  testService,
} from '../../services/ecs/testing/stage.ts'
import { startWholeCloud } from '../../services/ecs/testing/whole.ts'
import { elbv2 } from '../../services/elbv2/index.ts'
import { kms } from '../../services/kms/index.ts'
import { logs } from '../../services/logs/index.ts'
import { secretsmanager } from '../../services/secretsmanager/index.ts'
import { xray } from '../../services/xray/index.ts'
import { testNode } from '../../testing/architecture.ts'
import { folderWith, imageIn } from '../testing.ts'

const TRACE = '5759e988bd862e3fe1be46a994272793'

// Sends one span of each request to the collector of its own task.
const MAIN = `
const { createServer } = require('node:http')
createServer(async (request, response) => {
  if (request.url === '/readyz') return response.end()
  const now = Date.now() + '000000'
  const span = { traceId: '${TRACE}', spanId: 'b'.repeat(16), name: 'a', kind: 2, startTimeUnixNano: now, endTimeUnixNano: now }
  const attributes = [{ key: 'service.name', value: { stringValue: 'items' } }]
  const body = JSON.stringify({ resourceSpans: [{ resource: { attributes }, scopeSpans: [{ spans: [span] }] }] })
  const headers = { 'content-type': 'application/json' }
  const answer = await fetch('http://127.0.0.1:4318/v1/traces', { method: 'POST', headers, body })
  response.end(String(answer.status))
}).listen(Number(process.env.PORT))
`

const roleFor = (name: string, ...actions: readonly string[]) => ({
  ...testRole(name, { Effect: 'Allow', Action: [...actions], Resource: '*' }),
  trust: policy({ Effect: 'Allow', Principal: { Service: 'ecs-tasks.amazonaws.com' }, Action: 'sts:AssumeRole' }),
})

it('beside the application in a task it puts segments with the task role, and its lines are in its log', async () => {
  const folder = folderWith({ 'main.js': MAIN })
  const sideCar = testContainer({
    name: 'collector',
    image: { kind: 'remote', uri: 'public.ecr.aws/aws-observability/aws-otel-collector:v0.45.0' },
    essential: false,
    ports: [],
    command: ['--config=/etc/ecs/ecs-default-config.yaml'],
    logs: { driver: 'awslogs', group: 'collector', streamPrefix: 'otel', createGroup: false },
  })
  const application = testContainer({
    image: imageIn(folder.path),
    dependsOn: [{ container: 'collector', condition: 'START' }],
  })
  const whole = await startWholeCloud(
    [
      ...surroundings().filter(({ id }) => id !== 'tg' && id !== 'execution'),
      targetGroup(seconds(1), seconds(1)),
      roleFor('execution', 'ecr:*', 'logs:CreateLogStream', 'logs:PutLogEvents'),
      roleFor('task', 'xray:PutTraceSegments'),
      testDefinition('web', [sideCar, application], { taskRole: 'task' }),
      testService(),
      testNode('logGroup', 'logs', {
        name: 'collector',
        arn: 'arn:aws:logs:us-east-1:123456789012:log-group:collector:*',
      }),
    ],
    [logs, kms, secretsmanager, ecr, xray, elbv2, ecsService()],
  )
  try {
    const { journal } = whole.cloud.world
    await journal.find(({ message }) => message.endsWith('has reached a steady state.'), AbortSignal.timeout(30_000))
    await expect.poll(async () => (await whole.get('/')).body).toBe('200')
    const client = new XRayClient(clientOptions(whole.cloud.gateway.url))
    await expect
      .poll(async () => {
        const { Traces = [] } = await client.send(new BatchGetTracesCommand({ TraceIds: [TRACE] }))
        return Traces[0]?.Segments?.map(({ Document }) => JSON.parse(Document ?? '{}').name)
      })
      .toEqual(['items'])
    client.destroy()
    const putters = whole.cloud.world.calls.seen().flatMap(({ role, action }) => (role === 'task' ? [action] : []))
    expect(putters).toContain('xray:PutTraceSegments')
    expect(whole.cloud.world.logs.recent(({ line }) => line.includes('Everything is ready'))).toHaveLength(2)
  } finally {
    await whole[Symbol.asyncDispose]()
    folder.remove()
  }
})
