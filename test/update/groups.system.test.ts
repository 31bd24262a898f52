import { minutes, systemClock } from '@terrace/kit'
import type { Architecture, AutoScalingGroup, RollingUpdate, WorkloadProcess } from '@terrace/model'
import { describe, expect, it } from 'vitest'
import { call } from '../http.ts'
import { inHurry } from '../launches.ts'
import { type Running, startSystem } from '../running.ts'

/** What warms up for three minutes has done so in three seconds. */
const start = (change: (architecture: Architecture) => Architecture): Promise<Running> =>
  startSystem('demonstrations', {
    context: { mistake: 'none' },
    timeScale: 60,
    change: model => change(withHealthOfTheService(model)),
  })

/** Asked on the port that serves: the process that tells the health elsewhere may be well before the service listens. */
const withHealthOfTheService = (architecture: Architecture): Architecture => ({
  ...architecture,
  nodes: architecture.nodes.map(node =>
    node.kind === 'targetGroup' ? { ...node, healthCheck: { ...node.healthCheck, port: 'traffic' } } : node,
  ),
})

/** A program that answers with that, also when it is asked for its health. */
const answering = (text: string): readonly string[] => [
  'node',
  '-e',
  `const server = require('node:http').createServer((_, response) => response.end(${JSON.stringify(text)}))
server.keepAliveTimeout = 75_000 // longer than the balancer's
server.listen(Number(process.env.PORT), process.env.HOST)
process.on('SIGTERM', () => server.close(() => process.exit(0)))`,
]

/** The system with its group changed. */
const withGroup = (
  architecture: Architecture,
  change: (group: AutoScalingGroup) => AutoScalingGroup,
): Architecture => ({
  ...architecture,
  nodes: architecture.nodes.map(node => (node.kind === 'autoScalingGroup' ? change(node) : node)),
})

/** The same group, whose instances run another command. */
const running =
  (command: readonly string[]) =>
  (group: AutoScalingGroup): AutoScalingGroup => {
    const { workload } = group.machine
    const processes = (workload?.processes ?? []).map(
      (process): WorkloadProcess =>
        process.kind === 'image' && process.image.kind === 'directory'
          ? { ...process, image: { ...process.image, command, entryPoint: [] } }
          : process,
    )
    return { ...group, machine: { ...group.machine, workload: { processes } } }
  }

/** Requests, one after the other on several connections, until it is stopped. */
function load({ site }: Running) {
  const bodies: string[] = []
  const failures: number[] = []
  const stop = systemClock.every(20, () => {
    void call(`${site}/`).then(({ status, body }) => (status === 200 ? bodies.push(body) : failures.push(status)))
  })
  return {
    stop() {
      stop()
      return { bodies, failures }
    },
  }
}

/** Whatever the template says: no update policy. */
const withoutPolicy = (model: Architecture) => withGroup(model, ({ update: _, ...group }) => group)

const ROLLING: RollingUpdate = {
  maxBatchSize: 1,
  minInstancesInService: 2,
  minSuccessfulPercent: 100,
  pauseTime: minutes(3),
  waitOnSignals: false,
  suspendProcesses: ['AlarmNotification'],
}

const instancesOf = async ({ cloud }: Running) => (await cloud.status()).tiers[0]?.instances ?? []

describe('an update of a running group of instances', () => {
  it('without an update policy replaces the instances by a refresh, under load and without a failed request', async () => {
    await using system = await start(withoutPolicy)
    const before = await instancesOf(system)
    const requests = load(system)

    const outcome = await system.cloud.update({
      architecture: withGroup(system.architecture, running(answering('two'))),
    })

    const { bodies, failures } = requests.stop()
    expect(outcome).toEqual({ status: 'UPDATE_COMPLETE' })
    expect(failures).toEqual([])
    expect([bodies[0], (await call(`${system.site}/`)).body]).toEqual(['at your service\n', 'two'])
    const after = await instancesOf(system)
    expect(after.filter(({ id }) => before.some(old => old.id === id))).toEqual([])
  })

  it('is rolled back when the new version never becomes healthy; the old one never stops serving', async () => {
    await using system = await start(withoutPolicy)
    const requests = load(system)

    const bad = running(['node', '-e', 'process.exit(1)'])
    const architecture = inHurry(system, withGroup(system.architecture, bad))
    const outcome = await system.cloud.update({ architecture })

    const { bodies, failures } = requests.stop()
    expect(outcome).toMatchObject({ status: 'UPDATE_ROLLBACK_COMPLETE' })
    expect(failures).toEqual([])
    expect(new Set(bodies)).toEqual(new Set(['at your service\n']))
  })

  it('with AutoScalingRollingUpdate goes batch by batch, with as many in service as it asks for', async () => {
    const update = { rolling: ROLLING, willReplace: false, keepsSizes: false }
    await using system = await start(model => withGroup(model, group => ({ ...group, update })))
    const requests = load(system)

    const architecture = withGroup(system.architecture, running(answering('three')))
    const outcome = await system.cloud.update({ architecture })

    const { failures } = requests.stop()
    expect(outcome).toEqual({ status: 'UPDATE_COMPLETE' })
    expect(failures).toEqual([])
    expect((await call(`${system.site}/`)).body).toBe('three')
    const said = system.cloud.journal.since(0).filter(({ kind }) => kind === 'cloudformation.rollingUpdate')
    expect(said.map(({ message }) => message)).toEqual([
      expect.stringContaining(
        'Terminating 2 obsolete instance(s) in batches of 1, while keeping at least 2 instance(s)',
      ),
      expect.stringContaining('Temporarily setting autoscaling group MinSize and DesiredCapacity to 3.'),
    ])
  })
})
