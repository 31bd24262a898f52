import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { minutes, seeded, systemClock } from '@terrace/kit'
import { makeWorld } from '../../packages/cloud/src/make-world.ts'
import { RunningGroup } from '../../packages/cloud/src/services/autoscaling/group.ts'
import { GROUP_METRICS } from '../../packages/cloud/src/services/autoscaling/group-metrics.ts'
import { BareInstances } from '../../packages/cloud/src/services/autoscaling/testing/bare-instances.ts'
import { BareTargets } from '../../packages/cloud/src/services/autoscaling/testing/bare-targets.ts'
import { surroundings, testGroup } from '../../packages/cloud/src/services/autoscaling/testing/test-group.ts'
import { cloudwatch } from '../../packages/cloud/src/services/cloudwatch/index.ts'
import { testArchitecture } from '../../packages/cloud/src/testing/architecture.ts'
import type { Bench } from '../figure.ts'

const INSTANCES = 100

/** Long enough for what a group does once a minute. */
const SECONDS = 65

/** A group of a hundred instances that only keeps its size, with all that watches it. */
export const bench: Bench = {
  name: 'scaling',
  describe: 'CPU of the control plane with 100 instances in one group that is at rest',
  async *run({ seed, quick }) {
    const folder = mkdtempSync(join(tmpdir(), 'bench-scaling-'))
    const definition = testGroup({
      minSize: INSTANCES,
      desiredCapacity: INSTANCES,
      maxSize: 2 * INSTANCES,
      groupMetrics: GROUP_METRICS,
      maxInstanceLifetime: minutes(60 * 24 * 7),
    })
    const nodes = [...surroundings(), definition]
    const architecture = { ...testArchitecture(nodes), zones: ['us-east-1a', 'us-east-1b', 'us-east-1c'] }
    const world = makeWorld({ architecture, stateFolder: folder, clock: systemClock, random: seeded(seed) })
    const instances = new BareInstances(architecture, systemClock)
    const targets = new BareTargets(instances.log, 'healthy')
    const group = new RunningGroup(world, definition, instances, targets)
    const watching = await cloudwatch.start(world)
    try {
      targets.onHealth((targetGroup, id, { state }) => group.targetHealth(targetGroup, id, state))
      instances.onChange(instance => group.instanceChanged(instance))
      group.connect(await world.ports.need('alarms'))
      group.policies.put({
        name: 'cpu',
        enabled: true,
        policy: {
          type: 'TargetTrackingScaling',
          metric: { kind: 'predefined', type: 'ASGAverageCPUUtilization' },
          target: 50,
          disableScaleIn: false,
        },
      })
      await group.start()
      for (const { id } of group.members) targets.report('tg', id, 'healthy')
      await wait(1000)
      const before = process.cpuUsage()
      const began = performance.now()
      await wait((quick ? 5 : SECONDS) * 1000)
      const { user, system } = process.cpuUsage(before)
      const share = ((user + system) / 1000 / (performance.now() - began)) * 100
      yield {
        bench: 'scaling',
        figure: `CPU of group, alarms and metrics with ${group.members.length} instances at rest`,
        ours: Math.round(share * 100) / 100,
        peer: null,
        ratio: null,
        unit: '% of one core',
        bar: '≤ 5 % of one core',
        pass: share <= 5 && group.members.length === INSTANCES,
        note: 'instances and targets are only numbers: processes and health checks are measured elsewhere',
      }
    } finally {
      group.stop()
      await watching.stop()
      await world.logs.close()
      rmSync(folder, { recursive: true, force: true })
    }
  },
}
