import { type KeyValuePair, RegisterTaskDefinitionCommand, UpdateServiceCommand } from '@aws-sdk/client-ecs'
import { seconds } from '@terrace/kit'
import type { ArchitectureNode, PolicyStatement } from '@terrace/model'
import { afterEach, describe, expect, it } from 'vitest'
import { policy, testRole } from '../../gateway/testing.ts'
import { testNode } from '../../testing/architecture.ts'
import { folderWith, imageIn } from '../../workload/testing.ts'
import { ecr } from '../ecr/index.ts'
import { elbv2 } from '../elbv2/index.ts'
import { kms } from '../kms/index.ts'
import { logs } from '../logs/index.ts'
import { secretsmanager } from '../secretsmanager/index.ts'
import { ecsService } from './index.ts'
import { Operator } from './testing/operator.ts'
import { surroundings, targetGroup, testContainer, testDefinition, testService } from './testing/stage.ts'
import { startWholeCloud, type WholeCloud } from './testing/whole.ts'

// Answers after 20 ms with its version; /me tells what it learns of itself; with SIGTERM it stops taking new work.
const MAIN = `
const { createServer } = require('node:http')
const get = url => fetch(url).then(answer => answer.json())
const server = createServer(async (request, response) => {
  if (request.url === '/me') {
    const { AWS_CONTAINER_CREDENTIALS_RELATIVE_URI: path, ECS_CONTAINER_METADATA_URI_V4: own, PASSWORD } = process.env
    const [credentials, task] = await Promise.all([get('http://169.254.170.2' + path), get(own + '/task')])
    return response.end(JSON.stringify({ role: credentials.RoleArn, cluster: task.Cluster, family: task.Family, PASSWORD }))
  }
  if (request.url === '/readyz') return response.end('ready')
  setTimeout(() => response.end(process.env.VERSION ?? '1'), 20)
})
server.listen(Number(process.env.PORT), () => console.log('listening'))
process.on('SIGTERM', () => server.close(() => process.exit(0)))
`

const SECRET = 'arn:aws:secretsmanager:us-east-1:123456789012:secret:database-a1b2c3'

const PULL: PolicyStatement = {
  Effect: 'Allow',
  Action: ['ecr:GetAuthorizationToken', 'ecr:BatchGetImage', 'ecr:GetDownloadUrlForLayer'],
  Resource: '*',
}
const LOGS: PolicyStatement = { Effect: 'Allow', Action: ['logs:CreateLogStream', 'logs:PutLogEvents'], Resource: '*' }
const READ: PolicyStatement = { Effect: 'Allow', Action: 'secretsmanager:GetSecretValue', Resource: SECRET }

const roleFor = (name: string, ...statements: readonly PolicyStatement[]): ArchitectureNode => ({
  ...testRole(name, ...statements),
  trust: policy({ Effect: 'Allow', Principal: { Service: 'ecs-tasks.amazonaws.com' }, Action: 'sts:AssumeRole' }),
})

const removals: (() => void | PromiseLike<void>)[] = []
afterEach(async () => {
  for (const remove of removals.splice(0).reverse()) await remove()
})

async function start(statements: readonly PolicyStatement[] = [PULL, LOGS, READ]): Promise<WholeCloud> {
  const folder = folderWith({ 'main.js': MAIN })
  removals.push(() => folder.remove())
  const definition = testDefinition(
    'web',
    [
      testContainer({
        image: imageIn(folder.path),
        secrets: { PASSWORD: `${SECRET}:password::` },
        logs: { driver: 'awslogs', group: 'web', streamPrefix: 'app', createGroup: false },
      }),
    ],
    { taskRole: 'task' },
  )
  const others = surroundings().filter(({ id }) => id !== 'tg' && id !== 'execution')
  const whole = await startWholeCloud(
    [
      ...others,
      targetGroup(seconds(1), seconds(1)),
      roleFor('execution', ...statements),
      roleFor('task'),
      definition,
      testService(),
      testNode('logGroup', 'logs', { name: 'web', arn: 'arn:aws:logs:us-east-1:123456789012:log-group:web:*' }),
      testNode('secret', 'secret', {
        name: 'database',
        description: '',
        arn: SECRET,
        value: { kind: 'literal', text: JSON.stringify({ username: 'app', password: 'pass-word' }) },
      }),
    ],
    [logs, kms, secretsmanager, ecr, elbv2, ecsService()],
  )
  removals.push(() => whole[Symbol.asyncDispose]())
  return whole
}

const steady = ({ cloud }: WholeCloud) =>
  cloud.world.journal.next(
    ({ message }) => message.endsWith('has reached a steady state.'),
    AbortSignal.timeout(18_000),
  )

/** The next version of the same image. */
async function update(
  whole: WholeCloud,
  container: { readonly environment?: KeyValuePair[]; readonly command?: string[] },
): Promise<void> {
  const { client } = new Operator(whole)
  await client.send(
    new RegisterTaskDefinitionCommand({
      family: 'web',
      networkMode: 'awsvpc',
      requiresCompatibilities: ['FARGATE'],
      cpu: '256',
      memory: '512',
      executionRoleArn: 'execution',
      taskRoleArn: 'task',
      containerDefinitions: [
        { name: 'web', image: imageIn('').uri, portMappings: [{ containerPort: 8000 }], ...container },
      ],
    }),
  )
  await client.send(new UpdateServiceCommand({ cluster: 'main', service: 'web', taskDefinition: 'web' }))
}

describe('a service of real processes behind a real balancer', () => {
  it('starts with its secret, its role, its metadata and its log', async () => {
    const whole = await start()
    await steady(whole)
    expect(JSON.parse((await whole.get('/me')).body)).toEqual({
      role: 'arn:aws:iam::123456789012:role/task',
      cluster: 'arn:aws:ecs:us-east-1:123456789012:cluster/main',
      family: 'web',
      PASSWORD: 'pass-word',
    })
    expect(whole.cloud.world.logs.recent(({ line }) => line === 'listening')).toHaveLength(2)
  })

  it('takes in a new version under load without a failed request', async () => {
    const whole = await start()
    await steady(whole)
    const load = whole.load(100)
    const complete = steady(whole)
    await update(whole, { environment: [{ name: 'VERSION', value: '2' }] })
    await complete
    const { answers, failures } = await load.stop()
    expect(failures).toEqual([])
    expect(answers.at(0)?.body).toBe('1')
    expect(answers.at(-1)?.body).toBe('2')
    expect((await whole.get('/')).body).toBe('2')
  })

  it('goes on serving with the old version when the new one ends as soon as it starts', async () => {
    const whole = await start()
    await steady(whole)
    const load = whole.load(100)
    const ended = whole.cloud.world.journal.next(
      ({ message }) => message.endsWith('is STOPPED: Essential container in task exited'),
      AbortSignal.timeout(18_000),
    )
    await update(whole, { command: ['node', '-e', 'process.exit(1)'] })
    await ended
    const { answers, failures } = await load.stop()
    expect(failures).toEqual([])
    expect(answers.at(-1)?.body).toBe('1')
  })

  it('loses a zone: what ran there hangs, and is replaced in the other one', async () => {
    const whole = await start()
    await steady(whole)
    const { zones } = whole.cloud.world
    const back = steady(whole)
    await zones.stop('us-east-1b')
    await back
    const lines = await new Operator(whole).lines()
    expect(lines).toEqual(['web:1 RUNNING us-east-1a', 'web:1 RUNNING us-east-1a'])
    expect((await whole.get('/')).status).toBe(200)
  })

  it('does not start when the execution role may not read the secret, and says so in AWS’s words', async () => {
    const whole = await start([PULL, LOGS])
    const { message } = await whole.cloud.world.journal.find(
      ({ kind }) => kind === 'ecs.stopped',
      AbortSignal.timeout(18_000),
    )
    expect(message).toMatch(
      /is STOPPED: ResourceInitializationError: unable to pull secrets or registry auth: execution resource retrieval failed: unable to retrieve secret from asm: service call has been retried 1 time\(s\): failed to fetch secret arn:aws:secretsmanager:us-east-1:123456789012:secret:database-a1b2c3:password:: from secrets manager: AccessDeniedException: User: arn:aws:sts::123456789012:assumed-role\/execution\/[0-9a-f]{32} is not authorized to perform: secretsmanager:GetSecretValue on resource: /,
    )
  })
})
