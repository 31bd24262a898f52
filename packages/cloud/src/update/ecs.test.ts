import { seconds } from '@terrace/kit'
import type { ArchitectureNode, ContainerDefinition, EcsService, PolicyStatement } from '@terrace/model'
import { afterEach, describe, expect, it } from 'vitest'
import { policy, testRole } from '../gateway/testing.ts'
import { ecr } from '../services/ecr/index.ts'
import { ecsService } from '../services/ecs/index.ts'
import { surroundings, targetGroup, testContainer, testDefinition, testService } from '../services/ecs/testing/stage.ts'
import { startWholeCloud, type WholeCloud } from '../services/ecs/testing/whole.ts'
import { elbv2 } from '../services/elbv2/index.ts'
import { iam } from '../services/iam/index.ts'
import { kms } from '../services/kms/index.ts'
import { logs } from '../services/logs/index.ts'
import { secretsmanager } from '../services/secretsmanager/index.ts'
import { folderWith, imageIn } from '../workload/testing.ts'

/** Answers with its version, slowly enough that somebody is always waiting; ends gracefully. */
const MAIN = `
const server = require('node:http').createServer((request, response) => {
  if (request.url === '/readyz') return response.end('ready')
  setTimeout(() => response.end(process.env.VERSION), 20)
})
server.listen(Number(process.env.PORT))
process.on('SIGTERM', () => server.close(() => process.exit(0)))
`

const PULL: PolicyStatement = {
  Effect: 'Allow',
  Action: ['ecr:GetAuthorizationToken', 'ecr:BatchGetImage', 'ecr:GetDownloadUrlForLayer'],
  Resource: '*',
}

const ends: (() => unknown)[] = []
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end()
})

interface Running {
  readonly whole: WholeCloud
  nodes(container: Partial<ContainerDefinition>, service?: Partial<EcsService>): readonly ArchitectureNode[]
}

const SERVICE: Partial<EcsService> = { circuitBreaker: { enabled: true, rollback: true } }

/** A service of two tasks behind a balancer, which is steady. */
async function start(): Promise<Running> {
  const folder = folderWith({ 'main.js': MAIN })
  ends.push(() => folder.remove())
  const others = surroundings().filter(({ id }) => id !== 'tg' && id !== 'execution')
  const roleOfTasks = (name: string, ...statements: readonly PolicyStatement[]): ArchitectureNode => ({
    ...testRole(name, ...statements),
    trust: policy({ Effect: 'Allow', Principal: { Service: 'ecs-tasks.amazonaws.com' }, Action: 'sts:AssumeRole' }),
  })
  const nodes: Running['nodes'] = (container, service = SERVICE) => [
    ...others,
    targetGroup(seconds(1), seconds(1)),
    roleOfTasks('execution', PULL),
    testDefinition('web', [testContainer({ image: imageIn(folder.path), ...container })]),
    testService(service),
  ]
  const whole = await startWholeCloud(nodes(version(1)), [iam, logs, kms, secretsmanager, ecr, elbv2, ecsService()])
  ends.push(() => whole[Symbol.asyncDispose]())
  const { journal } = whole.cloud.world
  await journal.find(({ message }) => message.endsWith('has reached a steady state.'), AbortSignal.timeout(18_000))
  return { whole, nodes }
}

const version = (number: number): Partial<ContainerDefinition> => ({ environment: { VERSION: String(number) } })

/** The nodes that the test's balancer adds of itself stay. */
const withFront = ({ whole }: Running, nodes: readonly ArchitectureNode[]): readonly ArchitectureNode[] => [
  ...nodes,
  ...whole.cloud.world.architecture.nodes.filter(({ id }) => id === 'lb' || id === 'listener'),
]

describe('an update of a running service of ECS', () => {
  it('rolls a new revision out under load without a failed request', async () => {
    const running = await start()
    const { whole, nodes } = running
    const load = whole.load(100)

    const outcome = await whole.cloud.update(withFront(running, nodes(version(2))))

    const { answers, failures } = await load.stop()
    expect(outcome).toEqual({ status: 'UPDATE_COMPLETE' })
    expect(failures).toEqual([])
    expect([answers.at(0)?.body, (await whole.get('/')).body]).toEqual(['1', '2'])
  })

  it('rolls the stack back when the new version ends as soon as it starts; the old one never stops serving', async () => {
    const running = await start()
    const { whole, nodes } = running
    const load = whole.load(100)

    const bad = { ...version(3), command: ['node', '-e', 'process.exit(1)'] }
    const outcome = await whole.cloud.update(withFront(running, nodes(bad)))

    const { answers, failures } = await load.stop()
    expect(outcome).toMatchObject({
      status: 'UPDATE_ROLLBACK_COMPLETE',
      reason: expect.stringContaining('ECS Deployment Circuit Breaker was triggered.'),
    })
    expect(failures).toEqual([])
    expect(new Set(answers.map(({ body }) => body))).toEqual(new Set(['1']))
    const events = whole.cloud.world.journal.since(0).filter(({ kind }) => kind === 'cloudformation.event')
    expect(events.map(({ details }) => details?.status)).toEqual(
      expect.arrayContaining(['UPDATE_FAILED', 'UPDATE_ROLLBACK_COMPLETE']),
    )
  })

  it('scales without a new deployment when only the desired count differs', async () => {
    const running = await start()
    const { whole, nodes } = running

    await whole.cloud.update(withFront(running, nodes(version(1), { ...SERVICE, desiredCount: 3 })))

    const [service] = (await whole.cloud.world.ports.need('ecsServices')).all
    expect(service).toMatchObject({ desiredCount: 3, runningCount: 3, steady: true })
  })

  it('refuses what cannot be changed in place before anything happens, with what and why', async () => {
    const running = await start()
    const { whole, nodes } = running
    const others = nodes(version(2)).filter(({ kind }) => kind !== 'ecsService')
    const changed = withFront(running, [...others, testService({ ...SERVICE, name: 'other' })])

    await expect(whole.cloud.update(changed)).rejects.toThrow(
      /service \(.*\): another name or cluster means another service/,
    )
    expect((await whole.get('/')).body).toBe('1')
  })
})
